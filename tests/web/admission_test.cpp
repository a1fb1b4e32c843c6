// Who may see the screen in a browser.

#include "server/web/admission.h"

#include <gtest/gtest.h>

namespace blink::server {
namespace {

TEST(Admission, TokensAreLongAndNeverTheSame) {
  const std::string token = new_token().take();
  EXPECT_EQ(token.size(), 32u);
  EXPECT_EQ(token.find_first_not_of("0123456789abcdef"), token.npos);
  EXPECT_NE(token, new_token().take());
}

TEST(Admission, OnlyTheWholeTokenCounts) {
  const std::string token = "0123456789abcdef";
  EXPECT_TRUE(is_token(token, token));
  EXPECT_FALSE(is_token("", token));
  EXPECT_FALSE(is_token("0123456789abcde", token));
  EXPECT_FALSE(is_token("0123456789abcdee", token));
  EXPECT_FALSE(is_token("1123456789abcdef", token));
  EXPECT_FALSE(is_token(token + "0", token));
  EXPECT_FALSE(is_token(token + '\0', token));
  EXPECT_FALSE(is_token(std::string_view("0123456789abcde\0", 16), token));
}

TEST(Admission, OnlyNamesOfThisHostCount) {
  EXPECT_TRUE(is_own_host("127.0.0.1:8080", 8080));
  EXPECT_TRUE(is_own_host("localhost:8080", 8080));
  EXPECT_TRUE(is_own_host("localhost", 80));
  for (const char* host :
       {"", ":8080", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:18080", "example.org:8080",
        "localhost.example.org:8080", "127.0.0.1.example.org:8080", "127.0.0.1:8080:8080",
        "127.0.0.2:8080", "0.0.0.0:8080", "localhost:8080 ", "xlocalhost:8080"})
    EXPECT_FALSE(is_own_host(host, 8080)) << host;
}

TEST(Admission, OnlyItsOwnPageCounts) {
  EXPECT_TRUE(is_own_origin("http://127.0.0.1:8080", 8080));
  EXPECT_TRUE(is_own_origin("http://localhost:8080", 8080));
  for (const char* origin :
       {"", "null", "127.0.0.1:8080", "https://127.0.0.1:8080", "http://127.0.0.1:8081",
        "http://example.org:8080", "file://", "http://example.org/http://127.0.0.1:8080",
        "http://example.org@127.0.0.1:8080"})
    EXPECT_FALSE(is_own_origin(origin, 8080)) << origin;
}

}  // namespace
}  // namespace blink::server
