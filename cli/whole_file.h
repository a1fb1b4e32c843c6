// Files that are there whole or not at all: what is written stands under another name beside them
// until it is complete. So a full disk costs nobody what was there before.

#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "common/status.h"

namespace blink::cli {

// "-" is the standard output. A file that is there keeps its permissions, a symbolic link goes on
// leading where it leads; another name of the same file (a hard link) keeps the old content. What
// is no plain file (a device, a pipe, /dev/stdout) is written as it is.
Status write_whole(const std::string& path, std::span<const std::byte> bytes);
Status write_whole(const std::string& path, const std::string& text);

// Whether what is written there goes where the standard output goes.
bool is_standard_output(const std::string& path);

// Whether both are the same plain file, by whatever names; "-" is the standard input, or output.
bool is_same_file(const std::string& input, const std::string& output);

}  // namespace blink::cli
