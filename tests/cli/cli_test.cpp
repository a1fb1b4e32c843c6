// blink, the built program.

#include <unistd.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "common/text.h"
#include "tests/cli/shell.h"
#include "vso/blink_client.h"

namespace blink {
namespace {

constexpr const char* commands[] = {"demo",   "up",   "down",   "ps",    "top", "screenshot",
                                    "freeze", "thaw", "doctor", "bench", "sp",  "help"};

class CliTest : public ShellTest {
 protected:
  ~CliTest() override {
    if (is_up_) (void)blink("down --runtime-dir " + server());
  }
  Outcome blink(const std::string& arguments) const {
    return shell(std::string(BLINK_PROGRAM) + " " + arguments);
  }
  std::string server() const { return folder_ + "/server"; }
  void up() {
    const Outcome made = blink("up --runtime-dir " + server());
    ASSERT_EQ(made.status, 0) << made.err;
    is_up_ = true;
  }
  struct Close {
    void operator()(blink_client* client) const { blink_close(client); }
  };
  std::unique_ptr<blink_client, Close> painter() const {
    return std::unique_ptr<blink_client, Close>(
        blink_connect((server() + "/clients").c_str(), "painter", 0));
  }

  // A client that lets go when it is asked to, and comes back.
  std::thread obedient(blink_client* client) const {
    return std::thread([client] {
      blink_client_event event{};
      while (event.type != BLINK_EVENT_RELEASE)
        if (blink_next_event(client, &event, 10'000) != 1) return;
      blink_release(client);
      while (blink_reconnect(client, 60'000) != 0 && blink_ended(client) == 2)
        ;
    });
  }

  bool is_up_ = false;
};

TEST_F(CliTest, FreezesAClientAndThawsIt) {
  up();
  const auto client = painter();
  ASSERT_TRUE(client) << blink_error();
  const std::string there = " --runtime-dir " + server();
  EXPECT_EQ(blink("freeze nobody" + there).err, "blink: no client is called nobody\n");
  EXPECT_EQ(blink("thaw painter" + there).err, "blink: nothing that is called painter is frozen\n");
  std::thread its = obedient(client.get());
  const Outcome frozen = blink("freeze painter" + there);
  EXPECT_EQ(frozen.out, "frozen: process " + std::to_string(::getpid()) + "\n") << frozen.err;
  EXPECT_EQ(blink("ps" + there).out, "no clients\n");
  // Nobody of this process comes in meanwhile.
  EXPECT_FALSE(painter());
  EXPECT_TRUE(has(blink_error(), "frozen")) << blink_error();
  EXPECT_EQ(blink("thaw " + std::to_string(::getpid()) + there).status, 0);
  its.join();
  EXPECT_EQ(blink_ping(client.get()), 0) << blink_error();
  EXPECT_TRUE(has(blink("ps" + there).out, "painter"));
}

// One that does not hear is not frozen, and goes on.
TEST_F(CliTest, FreezesNobodyWhoDoesNotLetGo) {
  up();
  const auto client = painter();
  ASSERT_TRUE(client) << blink_error();
  const Outcome made = blink("freeze painter --runtime-dir " + server());
  EXPECT_EQ(made.status, 1);
  EXPECT_TRUE(has(made.err, "did not let go of the display; nothing is frozen")) << made.err;
  EXPECT_EQ(blink_ping(client.get()), 0) << blink_error();
  EXPECT_TRUE(painter()) << blink_error();
}

TEST_F(CliTest, HelpsWithEveryCommand) {
  for (const std::string command : commands)
    for (const std::string& line : {"help " + command, command + " --help", command + " -h"}) {
      const Outcome made = blink(line);
      EXPECT_EQ(made.status, 0) << line;
      EXPECT_EQ(made.err, "") << line;
      const std::string name = command == "help" ? "COMMAND" : command;
      EXPECT_TRUE(has(made.out, "usage: blink " + name)) << line << ": " << made.out;
    }
  EXPECT_EQ(blink("-h").out, blink("help").out);
  EXPECT_EQ(blink("help nobody").status, 2);
}

TEST_F(CliTest, SaysWhichVersionItIs) {
  const Outcome made = blink("--version");
  EXPECT_EQ(made.status, 0);
  EXPECT_EQ(made.out, "blink " BLINK_VERSION "\n");
}

TEST_F(CliTest, SaysWhatIsWrongWithALine) {
  EXPECT_EQ(blink("ps --nonsense").err,
            "blink: ps: unknown option --nonsense; see blink ps --help\n");
  EXPECT_EQ(blink("ps --json=1").status, 2);
  EXPECT_EQ(blink("down all").err, "blink: down: too many arguments: all; see blink down --help\n");
  EXPECT_EQ(blink("screenshot").err,
            "blink: screenshot: FILE is missing; see blink screenshot --help\n");
  EXPECT_EQ(blink("screenshot --runtime-dir").status, 2);
  EXPECT_EQ(blink("up --size=").err, "blink: up: --size needs a value\n");
  EXPECT_EQ(blink("nobody").status, 2);
}

TEST_F(CliTest, FindsTheServerByTheLastDirectoryNamed) {
  is_up_ = true;
  ASSERT_EQ(blink("up --runtime-dir /nowhere --runtime-dir=" + server()).status, 0);
  for (const std::string& line : {"ps --runtime-dir=/nowhere --runtime-dir " + server(),
                                  "ps --runtime-dir /nowhere --runtime-dir=" + server()}) {
    const Outcome made = blink(line);
    EXPECT_EQ(made.status, 0) << made.err;
    EXPECT_EQ(made.out, "no clients\n");
  }
  EXPECT_EQ(blink("screenshot x.png --runtime-dir=" + server()).status, 0);
  const Outcome none = blink("screenshot --window '\xff\"x' x.png --runtime-dir=" + server());
  EXPECT_EQ(none.status, 1);
  EXPECT_TRUE(has(none.err, "there is no window")) << none.err;
  EXPECT_TRUE(has(blink("ps --runtime-dir=/nowhere").err, "no Blink server is running"));
  EXPECT_EQ(blink("down --runtime-dir=/nowhere --runtime-dir=" + server()).status, 0);
  is_up_ = false;
}

TEST_F(CliTest, AnotherUsersServerIsNotCalledMissing) {
  const std::string nobody = as_nobody(BLINK_PROGRAM);
  if (nobody.empty()) GTEST_SKIP() << "needs root, and programs that everybody may start";
  up();
  for (const std::string line : {"ps", "down", "screenshot x.png"}) {
    const Outcome made = shell(nobody + BLINK_PROGRAM " " + line + " --runtime-dir " + server());
    EXPECT_EQ(made.status, 1);
    EXPECT_TRUE(has(made.err, "permission denied: " + server() + " belongs to another user (root)"))
        << made.err;
  }
}

TEST_F(CliTest, TheTableFitsATerminal) {
  up();
  const auto close = [](blink_client* client) { blink_close(client); };
  std::vector<std::unique_ptr<blink_client, decltype(close)>> clients;
  // Two bytes a character, and one before them: wherever bytes are counted, one is cut in half.
  for (const std::string first : {"", "x"}) {
    std::string name = first;
    for (int i = 0; i < 30; ++i)
      name += "ä";
    clients.emplace_back(blink_connect((server() + "/clients").c_str(), name.c_str(), 0), close);
    ASSERT_NE(clients.back(), nullptr) << blink_error();
  }
  const Outcome made = blink("ps --runtime-dir " + server());
  std::istringstream text(made.out);
  std::string line;
  for (int lines = 0; std::getline(text, line); ++lines) {
    EXPECT_LE(columns(line), 80u) << line;
    EXPECT_EQ(printable(line), line) << "a character is cut";
    EXPECT_EQ(has(line, "ää"), lines > 0) << line;
    EXPECT_EQ(has(line, "ä…"), lines > 0) << "it is not said to be cut: " << line;
  }
  const auto body = nlohmann::json::parse(blink("ps --json --runtime-dir " + server()).out);
  EXPECT_EQ(columns(body["sessions"][0]["name"].get<std::string>()), 30u);
}

TEST_F(CliTest, PsTellsOfWindows) {
  up();
  const auto client = painter();
  ASSERT_NE(client, nullptr) << blink_error();
  EXPECT_EQ(blink("ps --windows --runtime-dir " + server()).out,
            blink("ps --runtime-dir " + server()).out)
      << "it has none yet";
  blink_array* const array = blink_array_add(client.get(), 4);
  const std::uint32_t shape[8] = {200, 100};
  const std::uint32_t window = blink_object_create(array, BLINK_OBJECT_WINDOW, 4, shape);
  ASSERT_NE(window, 0u) << blink_error();
  std::memcpy(blink_object_content(array, window), "nice", 4);
  ASSERT_EQ(blink_object_wait(array, window, blink_object_end(array, window, 0, 0), 10'000), 0);
  std::string made;
  for (int tries = 0; tries < 100 && !has(made, "window"); ++tries)
    made = blink("ps --windows --runtime-dir " + server()).out;
  EXPECT_TRUE(has(made, "painter")) << made;
  EXPECT_TRUE(has(made, "\n         window " + std::to_string(window) + ": 200x100 at ")) << made;
  EXPECT_TRUE(made.ends_with(", focused  nice\n")) << made;
  blink("input key super+up --runtime-dir " + server());
  const auto body = nlohmann::json::parse(blink("ps --json --runtime-dir " + server()).out);
  const auto& normal = body["sessions"][0]["windows"][0]["normal"];
  EXPECT_EQ(normal["width"], 200);
  EXPECT_EQ(normal["height"], 100);
}

// `script` gives its program a terminal, and passes on that its own input has ended.
TEST_F(CliTest, TopTellsSomethingThoughItsTerminalEnds) {
  up();
  const auto client = painter();
  ASSERT_NE(client, nullptr) << blink_error();
  const Outcome made = shell("timeout 20 script -qc '" BLINK_PROGRAM " top --runtime-dir " +
                             server() + "' /dev/null </dev/null");
  EXPECT_EQ(made.status, 0);
  EXPECT_TRUE(has(made.out, "painter")) << made.out;
}

TEST_F(CliTest, ALackOfMemoryIsSaid) {
  if (std::string_view(BLINK_SANITIZED) != "") GTEST_SKIP() << "a sanitizer needs more itself";
  {
    std::ofstream file(folder_ + "/x.sp");
    file << ".procedure redraw\n";
    for (int i = 0; i < 1'000'000; ++i)
      file << "Vertex2f 1, 1\n";
  }
  const Outcome made = shell("ulimit -v 120000; " BLINK_PROGRAM " sp check x.sp");
  EXPECT_EQ(made.status, 1);
  EXPECT_EQ(made.err, "blink: sp: the host is out of memory\n");
}

TEST_F(CliTest, TopTellsWhatAClientHasOfWhatItMayHave) {
  up();
  const auto client = painter();
  ASSERT_NE(client, nullptr) << blink_error();
  blink_array* const array = blink_array_add(client.get(), 4);
  constexpr std::uint32_t side = 1024, bytes = side * side * 4;
  const std::uint32_t shape[8] = {side, side, BLINK_FORMAT_RGBX8, side * 4};
  const std::uint32_t picture = blink_object_create(array, BLINK_OBJECT_PICTURE, bytes, shape);
  ASSERT_NE(picture, 0u) << blink_error();
  blink_object_end(array, picture, 0, 0);

  nlohmann::json its = nlohmann::json::object();
  for (int tries = 0; tries < 20 && its.value("texture_bytes", 0u) == 0; ++tries) {
    const Outcome made = blink("top --json --runtime-dir " + server());
    ASSERT_EQ(made.status, 0) << made.err;
    its = nlohmann::json::parse(made.out)["sessions"][0];
  }
  EXPECT_EQ(its["name"], "painter");
  EXPECT_EQ(its["object_bytes"], bytes);
  EXPECT_GE(its["texture_bytes"], bytes);
  EXPECT_EQ(its["quota_of"], "region_bytes");
  const auto body = nlohmann::json::parse(blink("ps --json --runtime-dir " + server()).out);
  EXPECT_DOUBLE_EQ(its["quota_share"].get<double>(),
                   body["sessions"][0]["region_bytes"].get<double>() /
                       body["quotas"]["region_bytes"].get<double>());
  const std::string table = blink("top --once --runtime-dir " + server()).out;
  EXPECT_TRUE(has(table, "painter")) << table;
  EXPECT_TRUE(has(table, "QUOTA")) << table;
}

// As a client does that follows its window.
TEST_F(CliTest, APictureGetsAnotherSize) {
  up();
  const auto client = painter();
  ASSERT_NE(client, nullptr) << blink_error();
  blink_array* const array = blink_array_add(client.get(), 4);
  std::uint32_t shape[8] = {200, 100, BLINK_FORMAT_RGBX8, 200 * 4};
  const std::uint32_t picture =
      blink_object_create(array, BLINK_OBJECT_PICTURE, 300 * 250 * 4, shape);
  ASSERT_NE(picture, 0u) << blink_error();
  const auto publish = [&] {
    return blink_object_wait(array, picture, blink_object_end(array, picture, 0, 0), 10'000);
  };
  ASSERT_EQ(publish(), 0) << blink_error();
  blink_client_event event{};
  while (event.type != BLINK_EVENT_SHOWN)
    ASSERT_EQ(blink_next_event(client.get(), &event, 10'000), 1);
  shape[BLINK_PICTURE_WIDTH] = 300;
  shape[BLINK_PICTURE_HEIGHT] = 250;
  shape[BLINK_PICTURE_STRIDE] = 300 * 4;
  ASSERT_EQ(blink_object_begin(array, picture), 0);
  EXPECT_EQ(blink_object_set_param(array, picture + 1, shape), -1);
  EXPECT_EQ(blink_object_set_param(array, picture, shape), 0);
  ASSERT_EQ(publish(), 0) << blink_error();
  for (event.type = 0; event.type != BLINK_EVENT_SHOWN;)
    ASSERT_EQ(blink_next_event(client.get(), &event, 10'000), 1);
  const auto body = nlohmann::json::parse(blink("ps --json --runtime-dir " + server()).out);
  const nlohmann::json& its = body["sessions"][0]["windows"][0];
  EXPECT_EQ(its["width"], 300) << its;
  EXPECT_EQ(its["height"], 250);
}

TEST_F(CliTest, TheDemoLooksFirstWhetherItCanWrite) {
  std::ofstream(folder_ + "/file") << "here";
  const Outcome made = blink("demo --out file/deep");
  EXPECT_EQ(made.status, 1);
  EXPECT_EQ(made.out, "") << "nothing was begun";
  EXPECT_EQ(made.err, "blink: " + folder_ + "/file is no folder\n");
}

// A process may make nothing there, though it looks like a folder that root may write.
TEST_F(CliTest, TheDemoTriesWhetherItCanWrite) {
  const Outcome made = blink("demo --out /proc/nothing");
  EXPECT_EQ(made.status, 1);
  EXPECT_EQ(made.out, "") << "nothing was begun";
  EXPECT_TRUE(has(made.err, "/proc/nothing")) << made.err;
}

TEST_F(CliTest, TheDemoStaysWithoutATerminal) {
  const Outcome made =
      shell("{ BLINK_CALLED=./door " BLINK_PROGRAM
            " demo --stay </dev/null >said & pid=$!; "
            "for i in $(seq 400); do grep -q ' ends it' said && break; sleep 0.1; done; sleep 1; "
            "kill $pid && echo lives $pid; wait $pid; echo $?; cat said; }");
  const std::string pid = made.out.substr(6, made.out.find('\n') - 6);
  EXPECT_TRUE(made.out.starts_with("lives " + pid + "\n143\n")) << made.out << made.err;
  EXPECT_TRUE(has(made.out, "`kill " + pid + "` ends it")) << made.out;
  EXPECT_FALSE(has(made.out, "Enter")) << made.out;
  EXPECT_TRUE(has(made.out, "\n  ./door screenshot ")) << made.out;
}

TEST_F(CliTest, TheDemoThatStaysLeavesNoPage) {
  const Outcome made = blink("demo --stay --out x");
  EXPECT_EQ(made.status, 2);
  EXPECT_EQ(made.err, "blink: demo: --stay leaves no pictures for --out; see blink demo --help\n");
}

TEST_F(CliTest, MonitorsAreOfAWindow) {
  for (const std::string options : {"--monitor 1", "--output headless --monitor 2", "--fullscreen",
                                    "--output none --fullscreen"}) {
    const Outcome made = blink("up --runtime-dir " + server() + " " + options);
    is_up_ |= made.status == 0;
    EXPECT_EQ(made.status, 2) << options;
    EXPECT_TRUE(has(made.err, "is for a screen on a desktop: --output window")) << made.err;
  }
}

TEST_F(CliTest, PicturesArePng) {
  up();
  const std::string there = " --runtime-dir " + server();
  for (const std::string name : {"x.jpg", "x.png.bak", "X.JPEG"}) {
    const Outcome made = blink("screenshot " + name + there);
    EXPECT_EQ(made.status, 2);
    EXPECT_TRUE(has(made.err, "pictures are PNG files: ")) << made.err;
    EXPECT_FALSE(std::filesystem::exists(folder_ + "/" + name));
  }
  EXPECT_TRUE(has(blink("screenshot x.jpg" + there).err, "x.png")) << "a hint";
  for (const std::string name : {"x.png", "x.PNG", "picture", ".hidden"}) {
    const Outcome made = blink("screenshot " + name + there);
    EXPECT_EQ(made.status, 0) << made.err;
    EXPECT_TRUE(has(made.out, "wrote " + name + ", "));
    EXPECT_TRUE(read(folder_ + "/" + name).starts_with("\x89PNG"));
  }
}

TEST_F(CliTest, APictureGoesToTheStandardOutput) {
  up();
  const std::string there = " --runtime-dir " + server();
  ASSERT_EQ(blink("screenshot x.png" + there).status, 0);
  for (const std::string name : {"-", "/dev/stdout"}) {
    const Outcome made = blink("screenshot " + name + there);
    EXPECT_EQ(made.status, 0) << made.err;
    EXPECT_TRUE(made.out == read(folder_ + "/x.png")) << "and nothing else";
  }
  EXPECT_TRUE(blink("screenshot -" + there + " | cat").out == read(folder_ + "/x.png"));
  if (shell("script -qec true /dev/null").status != 0) GTEST_SKIP() << "needs the program script";
  const Outcome made = shell("script -qec '" BLINK_PROGRAM " screenshot -" + there + "' /dev/null");
  EXPECT_EQ(made.status, 1);
  EXPECT_TRUE(has(made.out, "a picture is not for a terminal")) << made.out;
}

// What control.md says of a window.
TEST_F(CliTest, AWindowHasWholePixelsAndAState) {
  up();
  const auto client = painter();
  ASSERT_NE(client, nullptr) << blink_error();
  blink_array* const array = blink_array_add(client.get(), 4);
  const std::uint32_t shape[8] = {200, 100};
  const std::uint32_t window = blink_object_create(array, BLINK_OBJECT_WINDOW, 1, shape);
  *static_cast<char*>(blink_object_content(array, window)) = 'W';
  ASSERT_NE(blink_object_end(array, window, 0, 0), 0u) << blink_error();
  const auto its = [&](const std::string& state) {
    nlohmann::json all;
    for (int tries = 0; tries < 100; ++tries) {
      const Outcome made = blink("ps --json --runtime-dir " + server());
      all = nlohmann::json::parse(made.out)["sessions"][0]["windows"];
      if (all.size() == 1 && all[0].value("state", "") == state) return all[0];
      ::usleep(50'000);
    }
    ADD_FAILURE() << "not " << state << ": " << all.dump();
    return all[0];
  };
  const auto press = [&](const std::string& key) {
    EXPECT_EQ(blink("input down super key " + key + " up super --runtime-dir " + server()).status,
              0);
  };
  EXPECT_FALSE(its("normal")["maximised"]);
  for (const char* member : {"x", "y", "width", "height"})
    EXPECT_TRUE(its("normal")[member].is_number_integer()) << member;
  EXPECT_EQ(its("normal")["width"], 200);
  press("left");
  EXPECT_FALSE(its("left_half")["maximised"]);
  press("right");
  EXPECT_FALSE(its("right_half")["maximised"]);
  press("up");
  EXPECT_TRUE(its("maximised")["maximised"]);
}

TEST_F(CliTest, TheDemoLeavesAPage) {
  const Outcome made = blink("demo --out=deep/page");
  ASSERT_EQ(made.status, 0) << made.err;
  const std::string page = read(folder_ + "/deep/page/index.html");
  EXPECT_TRUE(has(page, "<html lang=\"en\">"));
  EXPECT_TRUE(has(page, "name=\"viewport\""));
  std::size_t at = 0;
  for (const std::string name :
       {"desktop", "stopped", "later", "answered", "maximised", "closed"}) {
    EXPECT_GT(page.find(name + ".png", at), at) << name;
    at = page.find(name + ".png");
    EXPECT_TRUE(read(folder_ + "/deep/page/" + name + ".png").starts_with("\x89PNG")) << name;
  }
}

}  // namespace
}  // namespace blink
