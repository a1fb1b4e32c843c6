// The user wants a window closed whose client does not answer. Time is the test's.

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include "common/limits.h"
#include "server/screen/desktop.h"
#include "tests/support/gl_screen.h"

namespace blink::server {
namespace {

using std::chrono::milliseconds;
using Pixels = std::vector<std::uint32_t>;

class Unanswered : public ::testing::Test {
 protected:
  static constexpr ScreenMode mode{.size = {640, 200}};
  static constexpr std::uint32_t stopped = 1, other = 2;  // sessions
  static constexpr milliseconds time_max = limits::close_answer_time_max;

  Unanswered() {
    EXPECT_TRUE(scene.prepare().is_ok());
    EXPECT_TRUE(desktop.prepare().is_ok());
    tell(other, shape());
    tell(stopped, shape());  // it has the focus
    draw();
  }
  ~Unanswered() override {
    desktop.release();
    scene.release();
  }

  void tell(std::uint32_t session, WindowNews window) {
    SessionNews news;
    news.of.session = session;
    news.of.machine = "test";
    news.of.mail = mail[session];
    news.windows[{0, 1}] = std::move(window);
    DesktopNews all;
    all[session] = std::move(news);
    desktop.take(std::move(all), now);
  }
  static WindowNews shape() {
    WindowNews news;
    news.shape = WindowShape{"A title", 250, 100};
    return news;
  }
  static WindowNews params() {
    WindowNews news;
    news.params = std::make_shared<const Params>();
    return news;
  }
  WindowView view(std::uint32_t session) const {
    for (const WindowView& window : desktop.windows())
      if (window.session == session) return window;
    return {};
  }
  void click_close(std::uint32_t session) {
    const Rect close = WindowFrames::parts(view(session).content, 1).close;
    const InputEvent events[] = {
        {.kind = InputEvent::Kind::pointer, .x = close.x + 10, .y = close.y + 10},
        {.kind = InputEvent::Kind::button, .press = InputEvent::Press::pressed, .code = 1},
        {.kind = InputEvent::Kind::button, .press = InputEvent::Press::released, .code = 1},
        {.kind = InputEvent::Kind::leave}};
    desktop.take(events, now);
  }
  void pass(milliseconds time) {
    now += time;
    desktop.pass_time(now);
  }
  // What is stale, over what was there.
  Pixels draw() {
    for (const Rect area : desktop.begin_frame(now)) {
      screen.fill({}, area);
      desktop.draw(screen.framebuffer(), area);
    }
    desktop.end_frame({});
    return screen.read();
  }
  int closes_told(std::uint32_t session) {
    int count = 0;
    for (const ClientMail::Letter& letter : mail[session]->take()) {
      const auto* window = std::get_if<blink_event_window>(&letter);
      count += window != nullptr && window->message.type == BLINK_EVENT_CLOSE;
    }
    return count;
  }

  GlScreen screen{mode.size.width, mode.size.height, EglContext::Profile::compatibility};
  Scene scene{screen.gl()};
  Desktop desktop{screen.gl(), scene, mode, Keyboard::create("us").take()};
  Desktop::Clock::time_point now = Desktop::Clock::now();
  vso::local::Doorbell doorbell = vso::local::Doorbell::create().take();
  std::shared_ptr<ClientMail> mail[3] = {nullptr, std::make_shared<ClientMail>(doorbell),
                                         std::make_shared<ClientMail>(doorbell)};
};

TEST_F(Unanswered, ItsTitleSaysSo) {
  const Pixels before = draw();
  EXPECT_EQ(desktop.next_change(), std::nullopt);
  click_close(stopped);
  EXPECT_EQ(closes_told(stopped), 1);
  EXPECT_EQ(desktop.next_change(), now + time_max);
  EXPECT_EQ(draw(), before);
  pass(time_max - milliseconds(1));
  EXPECT_FALSE(desktop.is_stale()) << "nothing is drawn while it has time";
  pass(milliseconds(1));
  EXPECT_EQ(desktop.next_change(), std::nullopt);
  ASSERT_TRUE(desktop.is_stale());
  const Pixels told = draw();
  const Rect bar = WindowFrames::parts(view(stopped).content, 1).title_bar;
  std::size_t changed = 0;
  for (std::size_t at = 0; at < told.size(); ++at) {
    if (told[at] == before[at]) continue;
    ++changed;
    ASSERT_TRUE(contains(bar, static_cast<float>(at % mode.size.width),
                         static_cast<float>(at / mode.size.width)));
  }
  EXPECT_GT(changed, 100u);
  EXPECT_FALSE(mail[stopped]->end_asked()) << "that is the user's to decide";
  screen.write_png(::testing::TempDir() + "blink-unanswered.png");
}

TEST_F(Unanswered, WhoStillWantsItClosedEndsItsClientAndNoOther) {
  click_close(stopped);
  pass(time_max / 2);
  click_close(stopped);
  EXPECT_EQ(closes_told(stopped), 2);
  EXPECT_FALSE(mail[stopped]->end_asked());
  pass(time_max / 2);
  click_close(other);
  EXPECT_FALSE(mail[other]->end_asked()) << "it has just been asked";
  click_close(stopped);
  EXPECT_EQ(closes_told(stopped), 0);
  const auto end = mail[stopped]->end_asked();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->code, std::uint32_t{BLINK_END_CLOSED});
  EXPECT_EQ(end->text, "closed by the user: it did not answer");
  EXPECT_FALSE(mail[other]->end_asked());
}

TEST_F(Unanswered, TheKeyboardIsAsGood) {
  const auto strike = [&] {
    for (const std::uint32_t code : {KEY_LEFTALT, KEY_F4})
      for (const auto press : {InputEvent::Press::pressed, InputEvent::Press::released}) {
        if (code == KEY_LEFTALT && press == InputEvent::Press::released) continue;
        const InputEvent event{.kind = InputEvent::Kind::key, .press = press, .code = code};
        desktop.take(std::span(&event, 1), now);
      }
    const InputEvent up{
        .kind = InputEvent::Kind::key, .press = InputEvent::Press::released, .code = KEY_LEFTALT};
    desktop.take(std::span(&up, 1), now);
  };
  strike();
  EXPECT_EQ(closes_told(stopped), 1);
  pass(time_max);
  strike();
  EXPECT_TRUE(mail[stopped]->end_asked());
}

TEST_F(Unanswered, AnythingItSaysIsAnAnswer) {
  const Pixels before = draw();
  for (const WindowNews& answer : {shape(), params()}) {
    click_close(stopped);
    pass(time_max / 2);
    tell(stopped, answer);
    pass(time_max);
    EXPECT_EQ(draw(), before) << "it answered in time";
    click_close(stopped);
    pass(time_max);
    EXPECT_NE(draw(), before);
    tell(stopped, answer);
    EXPECT_EQ(draw(), before) << "better late than never";
    click_close(stopped);
    EXPECT_FALSE(mail[stopped]->end_asked()) << "it is asked again";
    tell(stopped, answer);
  }
}

TEST_F(Unanswered, NobodyElseAnswersForIt) {
  click_close(stopped);
  pass(time_max / 2);
  tell(other, params());
  WindowNews drawn;  // by its session, which is the server's
  drawn.redrawn = Redrawn{};
  tell(stopped, drawn);
  pass(time_max);
  click_close(stopped);
  EXPECT_TRUE(mail[stopped]->end_asked());
}

TEST_F(Unanswered, AWindowThatWentIsForgotten) {
  click_close(stopped);
  WindowNews gone;
  gone.shape = std::optional<WindowShape>();
  tell(stopped, gone);
  EXPECT_EQ(desktop.next_change(), std::nullopt);
  pass(time_max);
  tell(stopped, shape());
  click_close(stopped);
  EXPECT_FALSE(mail[stopped]->end_asked());
}

}  // namespace
}  // namespace blink::server
