#include "vso/local/memory_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <cerrno>

#include "vso/layout.h"

namespace blink::vso::local {
namespace {

class ScatteredMapping final : public Mapping {
 public:
  // Addresses; what is to be seen there is mapped over them.
  explicit ScatteredMapping(std::uint64_t bytes)
      : address_(
            ::mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)),
        bytes_(bytes) {}
  ~ScatteredMapping() override {
    if (is_there()) ::munmap(address_, bytes_);
  }
  bool is_there() const { return address_ != MAP_FAILED; }
  std::byte* address() const { return static_cast<std::byte*>(address_); }
  guest_span span() const override { return guest_span::adopt(address_, bytes_); }

 private:
  void* address_;
  std::uint64_t bytes_;
};

Status bad_memory(const char* what) {
  return Status::guest(BLINK_END_MEMORY, std::string("shared memory: ") + what);
}

}  // namespace

Result<std::unique_ptr<MemoryFile>> MemoryFile::create(std::uint64_t bytes) {
  UniqueFd fd(::memfd_create("blink-region", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd.is_open()) return Status::system("cannot make shared memory", errno);
  if (::ftruncate(fd.get(), static_cast<off_t>(bytes)) != 0)
    return Status::system("cannot size shared memory", errno);
  if (::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0)
    return Status::system("cannot seal shared memory", errno);
  return map_whole(std::move(fd), bytes);
}

Result<std::unique_ptr<MemoryFile>> MemoryFile::adopt(UniqueFd fd, std::uint64_t bytes_max) {
  // The seals first: the kernel knows them, while statfs asks a file system that may be the
  // client's own (FUSE), and may not answer.
  const int seals = ::fcntl(fd.get(), F_GET_SEALS);
  if (seals < 0) return bad_memory("is no memfd, or cannot be used");
  struct statfs system {};
  if (::fstatfs(fd.get(), &system) != 0 || system.f_type != TMPFS_MAGIC)
    return bad_memory("is no memfd of ordinary pages");
  if ((::fcntl(fd.get(), F_GETFL) & O_ACCMODE) != O_RDWR)
    return bad_memory("was not opened for reading and writing");
  if ((seals & F_SEAL_SHRINK) == 0) return bad_memory("is not sealed against shrinking");
  if ((seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) != 0)
    return bad_memory("is sealed against writing: the server could not answer");
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return Status::system("cannot look at shared memory", errno);
  const auto bytes = static_cast<std::uint64_t>(info.st_size);
  if (bytes > bytes_max)
    return Status::guest(BLINK_END_QUOTA, "shared memory: " + std::to_string(bytes) +
                                              " bytes, the session may have " +
                                              std::to_string(bytes_max));
  if (bytes == 0 || bytes % BLINK_PAGE_BYTES != 0)
    return bad_memory("is empty or no multiple of a page");
  return map_whole(std::move(fd), bytes);
}

Result<std::unique_ptr<MemoryFile>> MemoryFile::map_whole(UniqueFd fd, std::uint64_t bytes) {
  std::unique_ptr<MemoryFile> file(new MemoryFile(std::move(fd), bytes));
  void* address = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file->fd(), 0);
  if (address == MAP_FAILED) return Status::system("cannot map shared memory", errno);
  // A core dump of the server holds nobody's pixels.
  ::madvise(address, bytes, MADV_DONTDUMP);
  file->address_ = address;
  return file;
}

MemoryFile::~MemoryFile() {
  if (address_ != nullptr) ::munmap(address_, bytes_);
}

guest_span MemoryFile::span() const {
  // SAFETY: mapped until the destructor, and sealed against shrinking.
  return guest_span::adopt(address_, bytes_);
}

Result<std::unique_ptr<Mapping>> MemoryFile::map(std::span<const PageRun> runs) {
  std::uint64_t bytes = 0;
  for (const PageRun& run : runs)
    bytes += page_offset(run.page_count);
  auto mapping = std::make_unique<ScatteredMapping>(bytes);
  if (!mapping->is_there()) return Status::system("cannot reserve addresses", errno);
  std::byte* at = mapping->address();
  for (const PageRun& run : runs) {
    CHECK(page_offset(run.first_page) + page_offset(run.page_count) <= bytes_);
    if (::mmap(at, page_offset(run.page_count), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
               fd_.get(), static_cast<off_t>(page_offset(run.first_page))) == MAP_FAILED)
      return Status::system("cannot map scattered pages", errno);
    at += page_offset(run.page_count);
  }
  return std::unique_ptr<Mapping>(std::move(mapping));
}

}  // namespace blink::vso::local
