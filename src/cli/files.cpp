#include "cli/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <istream>
#include <iterator>
#include <ostream>

#include "crypto/random.h"

namespace comity::cli {

namespace {

Result<std::string> read_stream(std::istream& in, const std::string& name, std::size_t max) {
    std::string text;
    std::array<char, 65536> buffer{};
    while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0) {
        text.append(buffer.data(), static_cast<std::size_t>(in.gcount()));
        if (text.size() > max)
            return too_large(name, fmt::format("is larger than {} bytes", max), "is it the right file?");
    }
    if (in.bad()) return unavailable(name, "cannot be read", "check the file and its permissions");
    return text;
}

// A descriptor that closes itself.
class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

  private:
    int fd_;
};

bool write_all(int fd, std::string_view content) {
    while (!content.empty()) {
        const ssize_t n = write(fd, content.data(), content.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        content.remove_prefix(static_cast<std::size_t>(n));
    }
    return fsync(fd) == 0;
}

}  // namespace

Result<std::string> read_file(Context& context, const std::string& path, std::size_t max) {
    if (path == "-") return read_stream(context.in, "standard input", max);
    std::error_code code;
    const auto status = std::filesystem::status(path, code);
    if (!std::filesystem::exists(status))
        return not_found(fmt::format("{}: no such file", path), "check the path");
    if (std::filesystem::is_directory(status)) return invalid(path, "is a folder", "give a file");
    std::ifstream in(path, std::ios::binary);
    if (!in) return unavailable(path, std::strerror(errno), "check who may read it");
    return read_stream(in, path, max);
}

Result<void> write_file(Context& context, const std::filesystem::path& path, std::string_view content,
                        bool replace, bool secret) {
    if (path == "-") {
        context.out << content;
        return {};
    }
    const auto failed = [&] {
        return unavailable(path.string(), std::strerror(errno), "check the folder and its space");
    };
    std::filesystem::path beside = path;
    beside += ".new-" + crypto::random_text(6);
    const mode_t mode = secret ? 0600 : 0644;
    {
        const Descriptor file(open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
        if (file.get() < 0) return failed();
        if (!write_all(file.get(), content)) {
            const Failure failure = failed();
            unlink(beside.c_str());
            return failure;
        }
    }
    // link() refuses where the name is taken, without a moment between looking and taking.
    const int named = replace ? rename(beside.c_str(), path.c_str()) : link(beside.c_str(), path.c_str());
    const int cause = errno;
    if (!replace || named != 0) unlink(beside.c_str());
    if (named == 0) return {};
    errno = cause;
    if (cause == EEXIST)
        return conflict(path.string(), "exists already", "give another name, or --force to replace it");
    return failed();
}

}  // namespace comity::cli
