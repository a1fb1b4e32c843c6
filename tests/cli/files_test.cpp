// What blink writes into files: never over its own source, and whole or not at all.

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "tests/cli/shell.h"

namespace blink {
namespace {

namespace fs = std::filesystem;

constexpr char text[] = ".procedure redraw\n  Clear COLOR_BUFFER_BIT\n";

class FilesTest : public ShellTest {
 protected:
  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << content;
    return content;
  }
  std::string file(const std::string& name) const { return read(folder_ + "/" + name); }
  Outcome blink(const std::string& arguments) const {
    return shell(std::string(BLINK_PROGRAM) + " " + arguments);
  }
  // Where no file may grow, as on a full disk. What is said comes through a pipe.
  Outcome blink_on_a_full_disk(const std::string& arguments) const {
    return shell("( trap '' XFSZ; ulimit -f 0; exec " + std::string(BLINK_PROGRAM) + " " +
                 arguments + " ) 2>&1 | cat");
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
};

TEST_F(FilesTest, TheAssemblerLeavesItsSourceAlone) {
  write("x.blgl", text);
  write("q.txt", text);
  fs::create_symlink("q.txt", folder_ + "/link");
  fs::create_hard_link(folder_ + "/q.txt", folder_ + "/name");
  for (const std::string line :
       {"sp asm x.blgl", "sp asm q.txt -o q.txt", "sp asm q.txt -o ./q.txt", "sp asm q.txt -o link",
        "sp asm link -o q.txt", "sp asm q.txt -o name", "sp asm - -o q.txt <q.txt",
        "sp asm q.txt -o /dev/stdout >>q.txt", "sp asm q.txt -o - >>q.txt",
        "sp disasm q.txt -o q.txt"}) {
    const Outcome made = shell("{ " BLINK_PROGRAM " " + line + "; }");
    EXPECT_EQ(made.status, 1) << line;
    EXPECT_TRUE(has(made.err, "is what is read")) << line << ": " << made.err;
    EXPECT_EQ(file("x.blgl"), text) << line;
    EXPECT_EQ(file("q.txt"), text) << line;
  }
  EXPECT_TRUE(has(blink("sp asm x.blgl").err, "-o OUT")) << blink("sp asm x.blgl").err;
  EXPECT_EQ(blink("sp asm q.txt").status, 0);
  EXPECT_TRUE(file("q.blgl").starts_with("BLGL"));
}

TEST_F(FilesTest, AFullDiskLeavesWhatWasThere) {
  write("q.sp", text);
  write("old.blgl", "old");
  const std::size_t before = files();
  for (const std::string line :
       {"sp asm q.sp -o old.blgl", "sp asm q.sp -o new.blgl", "sp disasm q.sp -o old.blgl"}) {
    const Outcome made = blink_on_a_full_disk(line);
    EXPECT_TRUE(has(made.out, "cannot write")) << made.out;
    EXPECT_TRUE(has(made.out, "File too large")) << made.out;
    EXPECT_EQ(file("old.blgl"), "old");
    EXPECT_EQ(files(), before) << "nothing half-made is left";
  }
}

// By a signal, as Ctrl-C is one, in the middle of writing.
TEST_F(FilesTest, WhoIsEndedLeavesNothingHalfMade) {
  const int fd = ::open(folder_.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0) GTEST_SKIP() << "files have names from the beginning here";
  ::close(fd);
  std::string many = ".procedure redraw\n";
  for (int i = 0; i < 10'000; ++i)
    many += "skip\n";
  write("q.sp", many);
  write("old.blgl", "old");
  const std::size_t before = files();
  for (const std::string out : {"old.blgl", "new.blgl"}) {
    EXPECT_NE(shell("( ulimit -f 8; exec " BLINK_PROGRAM " sp asm q.sp -o " + out + " )").status,
              0);
    EXPECT_EQ(file("old.blgl"), "old");
    EXPECT_EQ(files(), before) << out;
  }
  EXPECT_EQ(blink("sp asm q.sp -o old.blgl").status, 0);
  EXPECT_TRUE(file("old.blgl").starts_with("BLGL"));
  EXPECT_EQ(files(), before);
}

TEST_F(FilesTest, AFullDiskLeavesThePictureBefore) {
  const std::string server = " --runtime-dir " + folder_ + "/server";
  ASSERT_EQ(blink("up --size 64x64" + server).status, 0);
  write("b.png", "old");
  const std::size_t before = files();
  const Outcome made = blink_on_a_full_disk("screenshot b.png" + server);
  EXPECT_TRUE(has(made.out, "cannot write b.png: File too large")) << made.out;
  EXPECT_EQ(file("b.png"), "old");
  EXPECT_EQ(files(), before);
  EXPECT_EQ(blink("screenshot b.png" + server).status, 0);
  EXPECT_TRUE(file("b.png").starts_with("\x89PNG"));
  EXPECT_EQ(blink("down" + server).status, 0);
}

TEST_F(FilesTest, WhatIsNoPlainFileIsWrittenAsItIs) {
  write("q.sp", text);
  const std::string words = [&] {
    EXPECT_EQ(blink("sp asm q.sp").status, 0);
    return file("q.blgl");
  }();
  EXPECT_EQ(blink("sp asm q.sp -o /dev/stdout").out, words);
  EXPECT_EQ(blink("sp asm q.sp -o -").out, words);
  EXPECT_EQ(blink("sp asm q.sp -o /dev/stdout | cat").out, words);
  EXPECT_EQ(blink("sp asm q.sp -o /dev/fd/1").out, words);
  EXPECT_EQ(blink("sp asm q.sp -o /dev/null").status, 0);
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  EXPECT_EQ(shell("mkfifo pipe && { cat pipe & " BLINK_PROGRAM " sp asm q.sp -o pipe; wait; }").out,
            words);
  EXPECT_TRUE(fs::is_fifo(folder_ + "/pipe"));
  const Outcome full = blink("sp asm q.sp -o /dev/full");
  EXPECT_EQ(full.status, 1);
  EXPECT_EQ(full.err, "blink: sp: cannot write /dev/full: No space left on device\n");
  EXPECT_TRUE(has(blink("sp asm q.sp -o none/x").err, "No such file or directory"));
  EXPECT_TRUE(has(blink("sp asm q.sp -o .").err, "Is a directory"));
}

TEST_F(FilesTest, AFileKeepsWhatItsOwnerHasMadeOfIt) {
  write("q.sp", text);
  write("real", "old");
  fs::permissions(folder_ + "/real", fs::perms(0640));
  fs::create_symlink("real", folder_ + "/link");
  fs::create_symlink("not-yet", folder_ + "/dangling");
  ASSERT_EQ(blink("sp asm q.sp -o link").status, 0);
  EXPECT_TRUE(fs::is_symlink(folder_ + "/link"));
  EXPECT_TRUE(file("real").starts_with("BLGL"));
  EXPECT_EQ(fs::status(folder_ + "/real").permissions(), fs::perms(0640));
  ASSERT_EQ(blink("sp asm q.sp -o dangling").status, 0);
  EXPECT_TRUE(fs::is_symlink(folder_ + "/dangling"));
  EXPECT_TRUE(file("not-yet").starts_with("BLGL"));
  ASSERT_EQ(shell("umask 027; " BLINK_PROGRAM " sp asm q.sp -o new").status, 0);
  EXPECT_EQ(fs::status(folder_ + "/new").permissions(), fs::perms(0640)) << "as its user's are";
}

// Who may write the file, but make none beside it; and who may make some, but not write this one.
TEST_F(FilesTest, OthersFiles) {
  const std::string nobody = as_nobody(BLINK_PROGRAM);
  if (nobody.empty()) GTEST_SKIP() << "needs root, and programs that everybody may start";
  write("q.sp", text);
  write("open", "old");
  fs::permissions(folder_ + "/open", fs::perms(0666));
  EXPECT_EQ(shell(nobody + BLINK_PROGRAM " sp asm q.sp -o open").status, 0);
  EXPECT_TRUE(file("open").starts_with("BLGL"));
  write("closed", "old");
  fs::permissions(folder_ + "/closed", fs::perms(0644));
  fs::permissions(folder_, fs::perms(0777));
  const Outcome made = shell(nobody + BLINK_PROGRAM " sp asm q.sp -o closed");
  EXPECT_EQ(made.status, 1);
  EXPECT_EQ(made.err, "blink: sp: cannot write closed: Permission denied\n");
  EXPECT_EQ(file("closed"), "old");
}

}  // namespace
}  // namespace blink
