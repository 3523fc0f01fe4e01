#include "protocol/sasl/scram_messages.hpp"

#include "protocol/base/base64.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace barnabas::sasl;
using barnabas::ErrorCode;
using barnabas::Result;
using barnabas::to_base64;

namespace {

// The example of RFC 7677.
constexpr std::string_view client_first = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
constexpr std::string_view client_nonce = "rOprNGfwEbeRWgbNEkqO";
constexpr std::string_view server_first =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
constexpr std::string_view nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
constexpr std::string_view client_final =
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
constexpr std::string_view server_final = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

// What is wrong with a message, or "" if nothing is.
template <class T>
std::string refusal(const Result<T>& parsed) {
  if (parsed) return {};
  CHECK(parsed.error() == ErrorCode::sasl_authentication_failed);
  return parsed.error().context();
}

std::string server_first_refusal(const std::string& text) {
  return refusal(parse_scram_server_first(text, client_nonce));
}

}  // namespace

TEST_CASE("scram: the example of RFC 7677 is read and written") {
  const auto c1 = parse_scram_client_first(client_first);
  CHECK(c1->user == "user");
  CHECK(c1->nonce == client_nonce);
  CHECK_FALSE(c1->is_token);
  CHECK(c1->to_string() == client_first);
  CHECK(scram_client_first_bare(client_first) == "n=user,r=rOprNGfwEbeRWgbNEkqO");

  const auto s1 = parse_scram_server_first(server_first, client_nonce);
  CHECK(s1->nonce == nonce);
  CHECK(to_base64(s1->salt) == "W22ZaJ0SNY7soEsUEjb6gQ==");
  CHECK(s1->iterations == 4096);
  CHECK(s1->to_string() == server_first);

  const auto c2 = parse_scram_client_final(client_final, "n,,", nonce);
  CHECK(c2->proof.size() == 32);
  CHECK(c2->to_string() == client_final);
  CHECK(scram_client_final_without_proof(client_final) ==
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");

  const auto s2 = parse_scram_server_final(server_final);
  CHECK(s2->signature.size() == 32);
  CHECK(s2->error.empty());
  CHECK(s2->to_string() == server_final);
}

TEST_CASE("scram: names with commas and equals signs, delegation tokens, extensions") {
  ScramClientFirst first;
  first.user = "a,b=c=2C";
  first.nonce = "n0";
  CHECK(first.to_string() == "n,,n=a=2Cb=3Dc=3D2C,r=n0");
  CHECK(parse_scram_client_first(first.to_string()).value() == first);
  first.is_token = true;
  CHECK(first.to_string() == "n,,n=a=2Cb=3Dc=3D2C,r=n0,tokenauth=true");
  CHECK(parse_scram_client_first(first.to_string()).value() == first);
  CHECK(parse_scram_client_first("n,,n=u,r=n0,x=1,y=")->user == "u");
  CHECK(parse_scram_client_first("n,a=u,n=u,r=n0")->gs2_header == "n,a=u,");
  CHECK(parse_scram_client_final("c=bixhPXUs,r=n0n1,p=AAAA", "n,a=u,", "n0n1"));
  CHECK(parse_scram_client_final("c=eSws,r=n0n1,p=AAAA", "y,,", "n0n1"));
}

TEST_CASE("cat_N12 scram: a nonce that is not the other side's continued is refused") {
  CHECK(server_first_refusal("r=other,s=AAAA,i=4096").find("go on after the client's") !=
        std::string::npos);
  // The client's alone: whoever listened to an old exchange could play it again.
  CHECK_FALSE(server_first_refusal("r=" + std::string(client_nonce) + ",s=AAAA,i=4096").empty());
  CHECK_FALSE(refusal(parse_scram_client_final(client_final, "n,,", client_nonce)).empty());
  // The client's nonce twice, as an old librdkafka sent it, ends as the right one does.
  const std::string doubled = std::string(client_nonce) + std::string(nonce);
  CHECK_FALSE(
      refusal(parse_scram_client_final("c=biws,r=" + doubled + ",p=AAAA", "n,,", nonce)).empty());
}

TEST_CASE("cat_N13 scram: iteration counts and sizes have limits") {
  const std::string start = "r=" + std::string(nonce) + ",s=AAAA,i=";
  for (const char* count : {"0", "1", "4095", "1000001", "2147483648", "4294967296", "-4096",
                            "4096 ", "0x1000", "", "99999999999999999999"}) {
    CAPTURE(count);
    CHECK(server_first_refusal(start + count).find("4096 to 1000000") != std::string::npos);
  }
  CHECK(server_first_refusal(start + "4096").empty());
  CHECK(server_first_refusal(start + "1000000").empty());
  const std::string mebibyte(1 << 20, 'A');
  CHECK(server_first_refusal("r=" + std::string(nonce) + ",s=" + mebibyte + ",i=4096")
            .find("too long") != std::string::npos);
  CHECK_FALSE(refusal(parse_scram_client_first("n,,n=u,r=" + mebibyte)).empty());
  CHECK_FALSE(refusal(parse_scram_client_final("c=biws,r=" + mebibyte, "n,,", "n")).empty());
  CHECK_FALSE(refusal(parse_scram_server_final("v=" + mebibyte)).empty());
}

TEST_CASE("scram: what is not a client-first message is refused") {
  for (const char* text :
       {"", "n", "n,", "n,,", "n,,n=user", "n,,n=,r=x", "n,,r=x,n=user", "x,,n=user,r=x",
        "p=tls-unique,,n=user,r=x", "n,a=other,n=user,r=x", "n,user,n=user,r=x",
        "n,,m=1,n=user,r=x", "n,,n=us=er,r=x", "n,,n=us=2,r=x", "n,,n=user,r=", "n,,n=user,r=x y",
        "n,,n=user,r=x,", "n,,n=user,r=x,1=2", "n,a==2,n=user,r=x"}) {
    CAPTURE(text);
    CHECK_FALSE(refusal(parse_scram_client_first(text)).empty());
  }
}

TEST_CASE("scram: what is not one of the other messages is refused, and errors keep secrets") {
  const std::string n(nonce);
  for (const std::string& text : {std::string(), std::string("m=1,") + std::string(server_first),
                                  "r=" + n, "r=" + n + ",i=4096,s=AAAA", "r=" + n + ",s=,i=4096",
                                  "r=" + n + ",s=A,i=4096", "r=" + n + ",s=AAAA,i=4096,x"}) {
    CAPTURE(text);
    CHECK_FALSE(server_first_refusal(text).empty());
  }
  for (const std::string& text :
       {std::string(), "c=biws,r=" + n, "c=eSws,r=" + n + ",p=AAAA", "r=" + n + ",p=AAAA",
        "c=biws,r=" + n + ",p=", "c=biws,r=" + n + ",p=secret", "c=biws,r=" + n + ",p=AAAA,x=1"}) {
    CAPTURE(text);
    const std::string why = refusal(parse_scram_client_final(text, "n,,", nonce));
    CHECK_FALSE(why.empty());
    CHECK(why.find("secret") == std::string::npos);
  }
  for (const char* text : {"", "v=", "v=A", "e=", "x=1", "v=AAAA,"}) {
    CAPTURE(text);
    CHECK_FALSE(refusal(parse_scram_server_final(text)).empty());
  }
  CHECK(parse_scram_server_final("e=invalid-proof")->error == "invalid-proof");
}
