#include "protocol/wire/big_endian.hpp"
#include "protocol/wire/message_type.hpp"
#include "tools/barnabas/commands.hpp"
#include "tools/barnabas/decode/capture_decoder.hpp"
#include "tools/barnabas/decode/capture_reader.hpp"
#include "tools/barnabas/decode/hex_dump.hpp"
#include "tools/barnabas/decode/message_text.hpp"
#include "tools/barnabas/exit_code.hpp"

#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

// barnabas decode: a capture file or a hex dump as messages.

namespace barnabas::tools {
namespace {

struct Options {
  std::string file = "-";
  std::string response;  // An API's name.
  std::string message;
  int version = -1;
  std::uint16_t port = 0;
  DecodeStyle style;
};

int complain(const std::string& text) {
  std::cerr << "barnabas decode: " << text << "\n";
  return failure;
}

bool read_input(const std::string& name, std::string& out) {
  if (name == "-") {
    out.assign(std::istreambuf_iterator<char>(std::cin), {});
    return true;
  }
  std::ifstream in(name, std::ios::binary);
  if (!in) return false;
  out.assign(std::istreambuf_iterator<char>(in), {});
  return true;
}

const protocol::ApiDescriptor* find_api(const std::string& name) {
  const protocol::MessageType* const type = protocol::find_message_type(name + "Request");
  return type == nullptr ? nullptr : protocol::find_descriptor(*type->key);
}

int decode_message(const Options& options, const std::string& bytes) {
  const protocol::MessageType* const type = protocol::find_message_type(options.message);
  if (type == nullptr) return complain("there is no message \"" + options.message + "\"");
  const auto version =
      static_cast<std::int16_t>(options.version < 0 ? type->versions.max : options.version);
  const Result<std::string> text = message_text(*type, version, bytes, options.style);
  if (!text) return complain(text.error().to_string());
  std::cout << *text << "\n";
  return success;
}

/// Puts a size before bytes that are one frame without it.
std::string framed(std::string bytes) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  const bool has_size =
      size >= 4 && wire::load_big_endian<std::uint32_t>(BytesView(bytes).data()) <= size - 4;
  if (has_size) return bytes;
  std::string with_size(4, '\0');
  wire::store_big_endian(reinterpret_cast<std::byte*>(with_size.data()), size);
  return with_size + bytes;
}

int decode_frames(const Options& options, std::string bytes) {
  Conversation conversation(options.style, [](const std::string& title, const std::string& text) {
    std::cout << title << "\n" << text << (text.empty() ? "" : "\n");
  });
  std::size_t used = 0;
  bytes = framed(std::move(bytes));
  if (options.response.empty()) {
    used = conversation.client_bytes(bytes);
  } else {
    const protocol::ApiDescriptor* const api = find_api(options.response);
    if (api == nullptr) return complain("there is no API \"" + options.response + "\"");
    conversation.expect(
        *api, static_cast<std::int16_t>(options.version < 0 ? api->versions.max : options.version));
    used = conversation.broker_bytes(bytes);
  }
  if (used == bytes.size()) return success;
  return complain(std::to_string(bytes.size() - used) + " bytes at the end are not a whole frame");
}

int decode(const Options& options) {
  std::string input;
  if (!read_input(options.file, input)) return complain(options.file + ": cannot be read");
  if (CaptureReader::recognises(BytesView(input).span())) {
    const Result<std::string> remarks =
        decode_capture(input, options.port, options.style,
                       [](const std::string& text) { std::cout << text << "\n"; });
    if (!remarks) return complain(remarks.error().to_string());
    std::cerr << *remarks;
    return success;
  }
  if (looks_like_text(input)) {
    Result<std::string> bytes = parse_hex_dump(input);
    if (!bytes) return complain(bytes.error().to_string());
    input = std::move(*bytes);
  }
  if (input.empty()) return complain("there is nothing to decode");
  return options.message.empty() ? decode_frames(options, std::move(input))
                                 : decode_message(options, input);
}

}  // namespace

void add_decode_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App& command = *app.add_subcommand(
      "decode", "Read the messages of a capture file (pcap, pcapng) or a hex dump");
  command.add_option("FILE", options->file, "What to read; - is standard input")
      ->capture_default_str();
  command.add_option("--port", options->port, "Only connections with this port");
  command.add_option("--response", options->response, "The bytes are responses of this API")
      ->type_name("API");
  command.add_option("--message", options->message, "The bytes are this message, without a header")
      ->type_name("NAME");
  command.add_option("--api-version", options->version, "Its version (default: the newest)")
      ->type_name("N");
  command.add_flag("-l,--lines", options->style.indented, "A field a line");
  command.footer(
      "Examples:\n"
      "  tcpdump -i lo -w - port 9092 | barnabas decode\n"
      "  xxd request.bin | barnabas decode\n"
      "  echo 0000000c001200000000000100026d65 | barnabas decode\n"
      "  barnabas decode --response Metadata --api-version 12 response.bin\n"
      "  echo 00000000001b | barnabas decode --message HeartbeatResponse --api-version 1\n"
      "Passwords, tokens and other secrets are not shown.");
  command.callback([options, &exit_code] { exit_code = decode(*options); });
}

}  // namespace barnabas::tools
