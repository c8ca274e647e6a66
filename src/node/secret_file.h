// Secrets that a configuration names by their files: passwords, tokens, keys of others.
#pragma once

#include <string>

#include "base/error.h"

namespace comity::node {

// The file's first line, without white space at its end; empty for an empty path. kNotFound, kTooLarge.
Result<std::string> read_secret(const std::string& path);

// The whole of a file that is no secret (a certificate). kNotFound, kTooLarge.
Result<std::string> read_small_file(const std::string& path);

// A name for who holds something for a time: says to people where it runs, and is no other's.
std::string new_holder();

}  // namespace comity::node
