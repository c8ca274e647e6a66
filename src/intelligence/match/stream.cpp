#include "intelligence/match/stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "intelligence/match/utf16.h"

namespace comity::intelligence::match {
namespace {

constexpr std::size_t kCompressed = 128 * 1024;  // bytes read at once
constexpr std::string_view kGzip = "\x1f\x8b";
constexpr std::string_view kZstd = "\x28\xb5\x2f\xfd";
constexpr std::string_view kZstdSkipped = "\x2a\x4d\x18";  // behind 0x50 to 0x5f: a frame that is passed over

bool begins_as_zstd(std::string_view front) {
    return front.starts_with(kZstd) || (front.size() > kZstdSkipped.size() && (front[0] & '\xf0') == 0x50 &&
                                        front.substr(1).starts_with(kZstdSkipped));
}

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ > STDERR_FILENO) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    Result<std::size_t> read(char* into, std::size_t size) {
        for (;;) {
            const ssize_t got = ::read(number_, into, size);
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EINTR) return unavailable({}, std::strerror(errno));
        }
    }

  private:
    int number_;
};

class Plain final : public ByteStream {
  public:
    Plain(int descriptor, std::string front) : file_(descriptor), front_(std::move(front)) {}

    Result<std::size_t> read(char* into, std::size_t size) override {
        std::size_t got = std::min(size, front_.size() - taken_);
        if (got > 0) {
            std::memcpy(into, front_.data() + taken_, got);
            taken_ += got;
        } else {
            COMITY_TRY(got, file_.read(into, size));
        }
        consumed_ += got;
        return got;
    }
    std::uint64_t consumed() const override { return consumed_; }

  private:
    Descriptor file_;
    std::string front_;  // what was read to see what it is
    std::size_t taken_ = 0;
    std::uint64_t consumed_ = 0;
};

// What the two ways of compressing share: a buffer of what comes in.
class Compressed : public ByteStream {
  public:
    explicit Compressed(std::unique_ptr<ByteStream> from) : from_(std::move(from)), in_(kCompressed) {}
    std::uint64_t consumed() const override { return from_->consumed(); }

  protected:
    Result<bool> fill() {  // false: there is no more
        if (begin_ < end_) return true;
        begin_ = 0;
        COMITY_TRY(end_, from_->read(in_.data(), in_.size()));
        return end_ > 0;
    }

    std::unique_ptr<ByteStream> from_;
    std::vector<char> in_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

class Gzip final : public Compressed {
  public:
    explicit Gzip(std::unique_ptr<ByteStream> from) : Compressed(std::move(from)) {
        ready_ = inflateInit2(&state_, 15 + 16) == Z_OK;
    }
    ~Gzip() override {
        if (ready_) inflateEnd(&state_);
    }

    Result<std::size_t> read(char* into, std::size_t size) override {
        if (!ready_) return internal("gzip", "cannot be begun");
        for (;;) {
            COMITY_TRY(const bool more, fill());
            if (!more) {
                if (!inside_) return 0;
                return corrupt({}, "its gzip data is cut short", "what was there has been read");
            }
            if (!inside_ && ended_one_) {  // tapes and blocks are filled up with zeros
                while (begin_ < end_ && in_[begin_] == '\0') ++begin_;
                if (begin_ == end_) continue;
            }
            if (!inside_) inflateReset(&state_);
            inside_ = true;
            state_.next_in = reinterpret_cast<Bytef*>(in_.data() + begin_);
            state_.avail_in = static_cast<uInt>(end_ - begin_);
            state_.next_out = reinterpret_cast<Bytef*>(into);
            state_.avail_out = static_cast<uInt>(std::min<std::size_t>(size, 1u << 30));
            const auto room = state_.avail_out;
            const int done = inflate(&state_, Z_NO_FLUSH);
            begin_ = end_ - state_.avail_in;
            const std::size_t got = room - state_.avail_out;
            if (done == Z_STREAM_END) {
                inside_ = false;
                ended_one_ = true;
            }
            if (got > 0) return got;
            if (done != Z_OK && done != Z_STREAM_END && done != Z_BUF_ERROR)
                return corrupt({}, "its gzip data is damaged", "what was there before has been read");
        }
    }

  private:
    z_stream state_{};
    bool ready_ = false;
    bool inside_ = false;  // of a member
    bool ended_one_ = false;
};

class Zstd final : public Compressed {
  public:
    explicit Zstd(std::unique_ptr<ByteStream> from)
        : Compressed(std::move(from)), state_(ZSTD_createDStream(), ZSTD_freeDStream) {}

    Result<std::size_t> read(char* into, std::size_t size) override {
        if (!state_) return internal("zstd", "cannot be begun");
        for (;;) {
            ZSTD_outBuffer out{into, size, 0};
            COMITY_TRY(const bool more, fill());
            if (!more && !inside_) return 0;
            ZSTD_inBuffer in{in_.data(), end_, begin_};
            const std::size_t left = ZSTD_decompressStream(state_.get(), &out, &in);
            begin_ = in.pos;
            if (ZSTD_isError(left) != 0) {
                if (out.pos > 0) return out.pos;
                return corrupt({}, "its zstd data is damaged", "what was there before has been read");
            }
            inside_ = left != 0;
            if (out.pos > 0) return out.pos;
            if (!more) return corrupt({}, "its zstd data is cut short", "what was there has been read");
        }
    }

  private:
    std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> state_;
    bool inside_ = false;  // of a frame
};

class Lines final : public ByteStream {
  public:
    Lines(int descriptor, std::uint64_t begin, std::uint64_t end)
        : file_(descriptor), descriptor_(descriptor), at_(begin), end_(end) {}

    // The first line is the one before's, unless it begins just there. False: no line begins in the part.
    Result<bool> skip_first() {
        if (at_ == 0) return true;
        --at_;
        std::vector<char> buffer(kCompressed);
        while (at_ < end_) {
            COMITY_TRY(const std::size_t got,
                       at(buffer.data(), std::min<std::uint64_t>(buffer.size(), end_ - at_)));
            if (got == 0) return false;
            const void* newline = std::memchr(buffer.data(), '\n', got);
            if (newline != nullptr) {
                at_ += static_cast<std::size_t>(static_cast<const char*>(newline) - buffer.data()) + 1;
                return at_ < end_;
            }
            at_ += got;
        }
        return false;
    }
    void make_empty() { done_ = true; }

    Result<std::size_t> read(char* into, std::size_t size) override {
        if (done_) return 0;
        COMITY_TRY(std::size_t got, at(into, size));
        // Beyond the end goes on only the line that began before it.
        const std::uint64_t last = end_ - 1;
        if (at_ + got > last) {
            const std::size_t from = at_ > last ? 0 : static_cast<std::size_t>(last - at_);
            if (const void* newline = std::memchr(into + from, '\n', got - from)) {
                got = static_cast<std::size_t>(static_cast<const char*>(newline) - into) + 1;
                done_ = true;
            }
        }
        at_ += got;
        consumed_ += got;
        return got;
    }
    std::uint64_t consumed() const override { return consumed_; }
    std::uint64_t origin() const override { return at_ - consumed_; }

  private:
    Result<std::size_t> at(char* into, std::size_t size) const {
        for (;;) {
            const ssize_t got = ::pread(descriptor_, into, size, static_cast<off_t>(at_));
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EINTR) return unavailable({}, std::strerror(errno));
        }
    }

    Descriptor file_;
    int descriptor_;
    std::uint64_t at_;
    std::uint64_t end_;
    std::uint64_t consumed_ = 0;
    bool done_ = false;
};

std::string first_bytes(int descriptor) {
    std::string front(kZstd.size(), '\0');
    const ssize_t got = ::pread(descriptor, front.data(), front.size(), 0);
    front.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return front;
}

Result<int> opened(const std::string& path) {
    if (path == "-") return STDIN_FILENO;
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        if (errno == ENOENT) return not_found(path + ": there is no such file");
        return unavailable(path, std::strerror(errno));
    }
    struct stat status{};
    if (fstat(file, &status) == 0 && S_ISDIR(status.st_mode)) {
        ::close(file);
        return invalid(path, "is a folder");
    }
    (void)posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL);  // advice: it reads all the same without
    return file;
}

}  // namespace

std::unique_ptr<ByteStream> plain_stream(int descriptor) {
    return std::make_unique<Plain>(descriptor, "");
}

Result<std::unique_ptr<ByteStream>> open_stream(int descriptor) {
    std::string front(kZstd.size(), '\0');
    std::size_t size = 0;
    Descriptor file(descriptor);
    while (size < front.size()) {
        COMITY_TRY(const std::size_t got, file.read(front.data() + size, front.size() - size));
        if (got == 0) break;
        size += got;
    }
    front.resize(size);
    const int again = descriptor > STDERR_FILENO ? ::dup(descriptor) : descriptor;
    if (again < 0) return unavailable({}, std::strerror(errno));
    auto plain = std::make_unique<Plain>(again, front);
    if (front.starts_with(kGzip)) return as_utf8(std::make_unique<Gzip>(std::move(plain)));
    if (begins_as_zstd(front)) return as_utf8(std::make_unique<Zstd>(std::move(plain)));
    if (begins_as_utf16(front)) return as_utf8(std::move(plain));
    return plain;
}

Result<std::unique_ptr<ByteStream>> open_stream(const std::string& path) {
    COMITY_TRY(const int file, opened(path));
    auto stream = open_stream(file);
    if (!stream) return within(path, std::move(stream).error());
    return stream;
}

Result<std::unique_ptr<ByteStream>> open_lines(const std::string& path, std::uint64_t begin,
                                               std::uint64_t end) {
    COMITY_TRY(const int file, opened(path));
    auto lines = std::make_unique<Lines>(file, begin, end);
    COMITY_TRY(const bool any, lines->skip_first());
    if (!any) lines->make_empty();
    return lines;
}

bool is_packed(int descriptor) {
    const std::string begins = first_bytes(descriptor);
    return begins.starts_with(kGzip) || begins_as_zstd(begins);
}

bool is_utf16(int descriptor) {
    return begins_as_utf16(first_bytes(descriptor));
}

std::optional<std::uint64_t> plain_size(const std::string& path) {
    if (path == "-") return std::nullopt;
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return std::nullopt;
    struct stat status{};
    const bool plain =
        fstat(file, &status) == 0 && S_ISREG(status.st_mode) && !is_packed(file) && !is_utf16(file);
    ::close(file);
    if (!plain) return std::nullopt;
    return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace comity::intelligence::match
