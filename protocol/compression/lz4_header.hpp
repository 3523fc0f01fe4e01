#pragma once

#include <barnabas/bytes.hpp>

#include <cstddef>
#include <span>

namespace barnabas::compression {

/// The checksum byte behind a frame's descriptor (FLG, BD, optional content size and dictionary
/// id).
std::byte lz4_header_checksum(BytesView descriptor) noexcept;

/// Puts the right checksum into the header of a frame. Before magic 1, Kafka computed it over the
/// frame's magic as well. Leaves alone what is too short for a header.
void correct_lz4_header(std::span<std::byte> frame) noexcept;

}  // namespace barnabas::compression
