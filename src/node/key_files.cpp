#include "node/key_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace comity::node {
namespace {

constexpr std::size_t kMaxKeyFile = 4096;

Result<std::string> read_line(const std::filesystem::path& path) {
    std::ifstream in(path);
    if (!in)
        return not_found(path.string() + ": there is no such key file", "make a key: comity key generate");
    std::string text(kMaxKeyFile, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
        text.pop_back();
    return text;
}

}  // namespace

Result<crypto::NamedSecret> read_secret_key(const std::filesystem::path& path) {
    COMITY_TRY(const std::string text, read_line(path));
    struct stat info{};
    if (stat(path.c_str(), &info) == 0 && (info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return refused(path.string(), "others than its owner may read this secret key",
                       "chmod 600 " + path.string());
    }
    auto secret = crypto::parse_secret_key(text);
    if (!secret) return within(path.string(), std::move(secret).error());
    return secret;
}

Result<crypto::NamedKey> read_public_key(const std::filesystem::path& path) {
    COMITY_TRY(const std::string text, read_line(path));
    auto key = crypto::parse_public_key(text);
    if (!key) return within(path.string(), std::move(key).error());
    return key;
}

Result<void> write_secret_key(const std::filesystem::path& path, const crypto::NamedSecret& secret) {
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) {
        if (errno == EEXIST)
            return conflict(path.string(), "exists already", "move it away first; a key is not replaced");
        return unavailable(path.string(), std::strerror(errno), "check the folder's permissions");
    }
    const std::string text = secret.text() + "\n";
    const bool written =
        write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(file) == 0;
    const int cause = errno;
    close(file);
    if (!written) {
        unlink(path.c_str());
        return unavailable(path.string(), fmt::format("cannot be written: {}", std::strerror(cause)),
                           "free space");
    }
    return {};
}

}  // namespace comity::node
