#include "protocol/sasl/scram_messages.hpp"

#include "protocol/base/base64.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace barnabas::sasl {
namespace {

constexpr std::string_view token_extension = "tokenauth=true";

Error malformed(std::string_view message, std::string_view what) {
  std::string context = "SCRAM " + std::string(message) + " message ";
  return Error(ErrorCode::sasl_authentication_failed, context.append(what));
}

std::string escape(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c == ',') {
      text += "=2C";
    } else if (c == '=') {
      text += "=3D";
    } else {
      text += c;
    }
  }
  return text;
}

std::optional<std::string> unescape(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      name += text[i];
      continue;
    }
    const std::string_view code = text.substr(i + 1, 2);
    if (code != "2C" && code != "3D") return std::nullopt;
    name += code == "2C" ? ',' : '=';
    i += 2;
  }
  return name;
}

bool is_nonce(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return c > ' ' && c < 0x7F && c != ','; });
}

/// Attributes separated by commas, one after the other.
class Attributes {
 public:
  explicit Attributes(std::string_view text) : rest_(text) {}

  bool at_end() const { return !rest_; }
  /// The value of the next attribute if it is `name`; else it stays.
  std::optional<std::string_view> take(char name) {
    if (!rest_ || rest_->size() < 2 || (*rest_)[0] != name || (*rest_)[1] != '=') return {};
    return take_any().substr(2);
  }
  /// Requires: not at the end.
  std::string_view take_any() {
    const std::size_t comma = rest_->find(',');
    const std::string_view attribute = rest_->substr(0, comma);
    rest_ = comma == std::string_view::npos ? std::optional<std::string_view>()
                                            : rest_->substr(comma + 1);
    return attribute;
  }

 private:
  std::optional<std::string_view> rest_;
};

/// Extensions are "name=value" with a name of one letter, or of several in Kafka's.
bool is_extension(std::string_view attribute) {
  const std::size_t equals = attribute.find('=');
  return equals != std::string_view::npos && equals > 0 &&
         std::all_of(attribute.begin(), attribute.begin() + static_cast<std::ptrdiff_t>(equals),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

std::optional<std::uint32_t> parse_iterations(std::string_view text) {
  std::uint32_t iterations = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, iterations);
  if (text.empty() || stop != end || error != std::errc()) return std::nullopt;
  return iterations;
}

}  // namespace

std::string ScramClientFirst::to_string() const {
  std::string text = gs2_header + "n=" + escape(user) + ",r=" + nonce;
  if (is_token) text.append(",").append(token_extension);
  return text;
}

Result<ScramClientFirst> parse_scram_client_first(std::string_view text) {
  constexpr std::string_view message = "client-first";
  if (text.size() > max_scram_message_size) return malformed(message, "is too long");
  Attributes attributes(text);
  const std::string_view binding = attributes.take_any();
  if (binding.substr(0, 2) == "p=") {
    return malformed(message, "asks for channel binding, which Kafka does not have");
  }
  if (binding != "n" && binding != "y") return malformed(message, "does not begin with \"n,\"");
  std::optional<std::string> authorization_id;
  if (const auto id = attributes.take('a')) {
    authorization_id = unescape(*id);
    if (!authorization_id) return malformed(message, "has a wrong escape in its a=");
  } else if (attributes.at_end() || !attributes.take_any().empty()) {
    return malformed(message, "has neither a= nor nothing after its first comma");
  }
  ScramClientFirst first;
  first.gs2_header = text.substr(0, text.size() - scram_client_first_bare(text).size());
  if (attributes.take('m')) return malformed(message, "has m=, an extension that is not known");
  const auto name = attributes.take('n');
  if (!name || name->empty()) return malformed(message, "lacks the user's name, n=");
  if (auto user = unescape(*name)) {
    first.user = *std::move(user);
  } else {
    return malformed(message, "has a wrong escape in its n=; write \",\" as =2C and \"=\" as =3D");
  }
  if (authorization_id && !authorization_id->empty() && *authorization_id != first.user) {
    return malformed(message, "asks to act as somebody else than its user");
  }
  const auto nonce = attributes.take('r');
  if (!nonce || !is_nonce(*nonce)) return malformed(message, "lacks a printable nonce, r=");
  first.nonce = *nonce;
  while (!attributes.at_end()) {
    const std::string_view extension = attributes.take_any();
    if (!is_extension(extension)) return malformed(message, "ends in what is no extension");
    if (extension == token_extension) first.is_token = true;
  }
  return first;
}

std::string_view scram_client_first_bare(std::string_view text) {
  for (int commas = 0; commas < 2; ++commas) {
    const std::size_t comma = text.find(',');
    if (comma == std::string_view::npos) return {};
    text.remove_prefix(comma + 1);
  }
  return text;
}

std::string ScramServerFirst::to_string() const {
  return "r=" + nonce + ",s=" + to_base64(salt) + ",i=" + std::to_string(iterations);
}

Result<ScramServerFirst> parse_scram_server_first(std::string_view text,
                                                  std::string_view client_nonce) {
  constexpr std::string_view message = "server-first";
  if (text.size() > max_scram_message_size) return malformed(message, "is too long");
  Attributes attributes(text);
  if (attributes.take('m')) return malformed(message, "has m=, an extension that is not known");
  ScramServerFirst first;
  const auto nonce = attributes.take('r');
  if (!nonce || !is_nonce(*nonce)) return malformed(message, "lacks a printable nonce, r=");
  if (nonce->size() <= client_nonce.size() || !nonce->starts_with(client_nonce)) {
    return malformed(message, "has a nonce that does not go on after the client's");
  }
  first.nonce = *nonce;
  const auto salt = attributes.take('s');
  auto bytes = salt ? from_base64(*salt) : std::nullopt;
  if (!bytes || bytes->empty()) return malformed(message, "lacks a salt in base64, s=");
  first.salt = *std::move(bytes);
  const auto iterations = attributes.take('i');
  const auto count = iterations ? parse_iterations(*iterations) : std::nullopt;
  if (!count || *count < min_scram_iterations || *count > max_scram_iterations) {
    return malformed(message, "lacks an iteration count from " +
                                  std::to_string(min_scram_iterations) + " to " +
                                  std::to_string(max_scram_iterations) + ", i=");
  }
  first.iterations = *count;
  while (!attributes.at_end()) {
    if (!is_extension(attributes.take_any())) {
      return malformed(message, "ends in what is no extension");
    }
  }
  return first;
}

std::string ScramClientFinal::to_string() const {
  return "c=" + to_base64(gs2_header) + ",r=" + nonce + ",p=" + to_base64(proof);
}

Result<ScramClientFinal> parse_scram_client_final(std::string_view text,
                                                  std::string_view gs2_header,
                                                  std::string_view nonce) {
  constexpr std::string_view message = "client-final";
  if (text.size() > max_scram_message_size) return malformed(message, "is too long");
  Attributes attributes(text);
  const auto binding = attributes.take('c');
  if (!binding || *binding != to_base64(gs2_header)) {
    return malformed(message, "repeats another beginning of its first message, c=");
  }
  ScramClientFinal final;
  final.gs2_header = gs2_header;
  const auto given = attributes.take('r');
  if (!given || *given != nonce) {
    return malformed(message, "has another nonce than the server's, r=");
  }
  final.nonce = *given;
  const auto proof = attributes.take('p');
  auto bytes = proof ? from_base64(*proof) : std::nullopt;
  if (!bytes || bytes->empty()) return malformed(message, "lacks a proof in base64, p=");
  if (!attributes.at_end()) return malformed(message, "goes on after its proof");
  final.proof = *std::move(bytes);
  return final;
}

std::string_view scram_client_final_without_proof(std::string_view text) {
  return text.substr(0, text.rfind(",p="));
}

std::string ScramServerFinal::to_string() const {
  return error.empty() ? "v=" + to_base64(signature) : "e=" + error;
}

Result<ScramServerFinal> parse_scram_server_final(std::string_view text) {
  constexpr std::string_view message = "server-final";
  if (text.size() > max_scram_message_size) return malformed(message, "is too long");
  Attributes attributes(text);
  ScramServerFinal final;
  if (const auto error = attributes.take('e')) {
    if (error->empty()) return malformed(message, "has an empty e=");
    final.error = *error;
  } else {
    const auto signature = attributes.take('v');
    auto bytes = signature ? from_base64(*signature) : std::nullopt;
    if (!bytes || bytes->empty()) return malformed(message, "lacks a signature in base64, v=");
    final.signature = *std::move(bytes);
  }
  while (!attributes.at_end()) {
    if (!is_extension(attributes.take_any())) {
      return malformed(message, "ends in what is no extension");
    }
  }
  return final;
}

}  // namespace barnabas::sasl
