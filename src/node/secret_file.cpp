#include "node/secret_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "crypto/random.h"

namespace comity::node {
namespace {

constexpr std::size_t kMaxSecret = 4096;
constexpr std::size_t kMaxSmallFile = 64 * 1024;

}  // namespace

Result<std::string> read_secret(const std::string& path) {
    if (path.empty()) return std::string();
    std::ifstream in(path);
    std::string line;
    if (!std::getline(in, line))
        return not_found(path + ": no such file, or it is empty", "put the secret into its first line");
    while (line.ends_with('\r') || line.ends_with(' ')) line.pop_back();
    if (line.size() > kMaxSecret) return too_large(path, "its first line is too long for a secret");
    return line;
}

Result<std::string> read_small_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::string text(kMaxSmallFile + 1, '\0');
    if (!in || (!in.read(text.data(), static_cast<std::streamsize>(text.size())) && !in.eof()))
        return not_found(path + ": no such file");
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > kMaxSmallFile) return too_large(path, "is over 64 KiB");
    return text;
}

std::string new_holder() {
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0) host = {'?'};
    return fmt::format("{}/{}/{}", host.data(), ::getpid(), crypto::random_text(6));
}

}  // namespace comity::node
