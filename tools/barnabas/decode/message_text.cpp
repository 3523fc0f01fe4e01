#include "tools/barnabas/decode/message_text.hpp"

#include "protocol/wire/reader.hpp"
#include "protocol/wire/request_frame.hpp"
#include "protocol/wire/text_printer.hpp"

namespace barnabas::tools {

Result<std::string> message_text(const protocol::MessageType& type, std::int16_t version,
                                 BytesView bytes, DecodeStyle style) {
  if (!type.versions_with_unstable.contains(version)) {
    return wire::message_error(Error(ErrorCode::unsupported_version), type.name, version);
  }
  wire::Reader in(bytes);
  const auto message = type.make();
  message->decode(in, version);
  if (!in.ok()) return wire::message_error(in.error(), type.name, version);
  std::string text;
  wire::TextPrinter printer(
      text, style.indented ? wire::TextPrinter::Form::lines : wire::TextPrinter::Form::line);
  message->print(printer);
  if (in.remaining() != 0) text += " and " + std::to_string(in.remaining()) + " bytes behind it";
  return text;
}

}  // namespace barnabas::tools
