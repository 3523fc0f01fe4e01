#pragma once

#include <barnabas/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The messages of SCRAM (RFC 5802, section 7; Kafka: KIP-84), without channel binding, which
/// Kafka does not have. Names are not put through SASLprep, as in Kafka.
/// Parsers fail with ErrorCode::sasl_authentication_failed and say which attribute is wrong; they
/// never repeat what may be secret.
namespace barnabas::sasl {

/// No message is longer, in bytes.
inline constexpr std::size_t max_scram_message_size = 16'384;
/// Fewer iterations make passwords easy to guess (RFC 7677); Kafka refuses them too.
inline constexpr std::uint32_t min_scram_iterations = 4'096;
/// More would let whoever sends them use up the other side's processor. Kafka's brokers offer up
/// to 16,384.
inline constexpr std::uint32_t max_scram_iterations = 1'000'000;

/// "n,,n=user,r=nonce": a client begins.
struct ScramClientFirst {
  std::string gs2_header = "n,,";
  std::string user;
  std::string nonce;
  bool is_token = false;  ///< `user` is a delegation token's id (KIP-48).

  std::string to_string() const;
  friend bool operator==(const ScramClientFirst&, const ScramClientFirst&) = default;
};
/// An authorization id is accepted only when it is the user's name, as in Kafka. Extensions but
/// "tokenauth=true" are passed over.
Result<ScramClientFirst> parse_scram_client_first(std::string_view text);
/// The part of a client-first message that both sides sign: what comes after its GS2 header.
std::string_view scram_client_first_bare(std::string_view text);

/// "r=nonce,s=salt,i=iterations": the server answers.
struct ScramServerFirst {
  std::string nonce;  ///< The client's, and the server's behind it.
  std::vector<std::byte> salt;
  std::uint32_t iterations = 0;

  std::string to_string() const;
  friend bool operator==(const ScramServerFirst&, const ScramServerFirst&) = default;
};
/// `client_nonce`: the one that the client sent; the answer's must begin with it and go on.
Result<ScramServerFirst> parse_scram_server_first(std::string_view text,
                                                  std::string_view client_nonce);

/// "c=biws,r=nonce,p=proof": the client proves that it knows the password.
struct ScramClientFinal {
  std::string gs2_header = "n,,";  ///< As in the client's first message.
  std::string nonce;
  std::vector<std::byte> proof;

  std::string to_string() const;
  friend bool operator==(const ScramClientFinal&, const ScramClientFinal&) = default;
};
/// `gs2_header` of the client's first message and `nonce` of the server's; both must come again.
Result<ScramClientFinal> parse_scram_client_final(std::string_view text,
                                                  std::string_view gs2_header,
                                                  std::string_view nonce);
/// The part of a client-final message that both sides sign: what comes before its proof.
std::string_view scram_client_final_without_proof(std::string_view text);

/// "v=signature" or "e=error": the server proves that it knows the keys, or refuses.
struct ScramServerFinal {
  std::vector<std::byte> signature;  ///< Empty with an error.
  std::string error;                 ///< Empty: none.

  std::string to_string() const;
  friend bool operator==(const ScramServerFinal&, const ScramServerFinal&) = default;
};
Result<ScramServerFinal> parse_scram_server_final(std::string_view text);

}  // namespace barnabas::sasl
