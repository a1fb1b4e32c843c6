// What the screen tells a client, on its way to the session's thread.

#include <gtest/gtest.h>
#include <poll.h>

#include <bit>
#include <string>

#include "common/limits.h"
#include "server/client_mail.h"

namespace blink::server {
namespace {

class ClientMailTest : public ::testing::Test {
 protected:
  static blink_event_window input(std::uint32_t kind, std::uint32_t window, float x = 0,
                                  std::uint32_t code = 0, std::uint32_t value = 0) {
    blink_event_window letter{};
    letter.window = window;
    letter.kind = kind;
    letter.code = code;
    letter.value = value;
    letter.number[0] = std::bit_cast<std::uint32_t>(x);
    return letter;
  }
  static float x_of(const ClientMail::Letter& letter) {
    return std::bit_cast<float>(std::get<blink_event_window>(letter).number[0]);
  }
  void put_input(const blink_event_window& letter) { mail.put(BLINK_EVENT_INPUT, letter); }
  bool is_rung() const {
    pollfd one{doorbell.fd(), POLLIN, 0};
    return ::poll(&one, 1, 0) == 1;
  }

  vso::local::Doorbell doorbell = vso::local::Doorbell::create().take();
  ClientMail mail{doorbell};
};

TEST_F(ClientMailTest, TheLastPlaceOfThePointerIsEnough) {
  for (int i = 0; i < 100; ++i)
    put_input(input(BLINK_INPUT_POINTER, 7, static_cast<float>(i)));
  const auto letters = mail.take();
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(x_of(letters[0]), 99);
  EXPECT_TRUE(mail.take().empty());
}

TEST_F(ClientMailTest, NothingThatCameBetweenIsPassedOver) {
  put_input(input(BLINK_INPUT_POINTER, 7, 1));
  put_input(input(BLINK_INPUT_BUTTON, 7, 1, 0, 1));
  put_input(input(BLINK_INPUT_POINTER, 7, 2));
  put_input(input(BLINK_INPUT_BUTTON, 7, 2, 0, 0));
  put_input(input(BLINK_INPUT_BUTTON, 7, 2, 0, 0));  // as often as it was said
  put_input(input(BLINK_INPUT_POINTER, 8, 3));       // another window's
  put_input(input(BLINK_INPUT_POINTER, 7, 4));
  EXPECT_EQ(mail.take().size(), 7u);
}

TEST_F(ClientMailTest, FingersAreToldApart) {
  put_input(input(BLINK_INPUT_TOUCH, 7, 0, 0, 1));
  put_input(input(BLINK_INPUT_TOUCH, 7, 0, 1, 1));
  for (int i = 1; i <= 3; ++i) {
    put_input(input(BLINK_INPUT_TOUCH, 7, static_cast<float>(i), 0, 2));
    put_input(input(BLINK_INPUT_TOUCH, 7, static_cast<float>(i), 1, 2));
  }
  EXPECT_EQ(mail.take().size(), 8u) << "the one's way ends no other's";
  put_input(input(BLINK_INPUT_TOUCH, 7, 1, 0, 2));
  put_input(input(BLINK_INPUT_TOUCH, 7, 2, 0, 2));
  put_input(input(BLINK_INPUT_TOUCH, 7, 2, 0, 0));
  const auto letters = mail.take();
  ASSERT_EQ(letters.size(), 2u);
  EXPECT_EQ(x_of(letters[0]), 2);
}

TEST_F(ClientMailTest, TheLastSizeIsEnough) {
  for (const float width : {100.f, 200.f, 300.f})
    mail.put(BLINK_EVENT_CONFIGURE, input(0, 7, width));
  const auto letters = mail.take();
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(x_of(letters[0]), 300);
  const blink_message& message = std::get<blink_event_window>(letters[0]).message;
  EXPECT_EQ(message.type, BLINK_EVENT_CONFIGURE);
  EXPECT_EQ(message.bytes, sizeof(blink_event_window));
}

TEST_F(ClientMailTest, RingsOnceUntilItIsTaken) {
  EXPECT_FALSE(is_rung());
  put_input(input(BLINK_INPUT_BUTTON, 7));
  EXPECT_TRUE(is_rung());
  (void)doorbell.take();
  put_input(input(BLINK_INPUT_BUTTON, 7));
  EXPECT_FALSE(is_rung()) << "who was woken takes both";
  EXPECT_EQ(mail.take().size(), 2u);
  put_input(input(BLINK_INPUT_BUTTON, 7));
  EXPECT_TRUE(is_rung());
}

TEST_F(ClientMailTest, AFullOneLosesWhatComes) {
  for (std::size_t i = 0; i < limits::session_letters_max + 10; ++i)
    put_input(input(BLINK_INPUT_BUTTON, 7, static_cast<float>(i)));
  const auto letters = mail.take();
  ASSERT_EQ(letters.size(), limits::session_letters_max);
  EXPECT_EQ(x_of(letters.back()), static_cast<float>(limits::session_letters_max - 1));
}

TEST_F(ClientMailTest, AComplaintIsCutToItsRoom) {
  mail.put_complaint(1, 2, 3, std::string(10'000, 'x'));
  const auto letters = mail.take();
  ASSERT_EQ(letters.size(), 1u);
  const auto& letter = std::get<blink_event_refusal>(letters[0]);
  EXPECT_EQ(letter.array, 1u);
  EXPECT_EQ(letter.object, 2u);
  EXPECT_EQ(letter.code, 3u);
  EXPECT_EQ(letter.text_bytes, sizeof letter.text);
}

TEST_F(ClientMailTest, NobodyIsRungWhenItIsOver) {
  put_input(input(BLINK_INPUT_BUTTON, 7));
  (void)doorbell.take();
  mail.is_over();
  put_input(input(BLINK_INPUT_BUTTON, 7));
  mail.wake();
  EXPECT_FALSE(is_rung());
  EXPECT_TRUE(mail.take().empty());
}

}  // namespace
}  // namespace blink::server
