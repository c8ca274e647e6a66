#include "intelligence/match/utf16.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

#include "crypto/unicode.h"

namespace comity::intelligence::match {
namespace {

constexpr std::size_t kUnitsAtOnce = 64 * 1024;  // bytes read at once
constexpr char32_t kNoCharacter = 0xfffd;

class Utf16 final : public ByteStream {
  public:
    explicit Utf16(std::unique_ptr<ByteStream> from) : from_(std::move(from)) {}

    Result<std::size_t> read(char* into, std::size_t size) override {
        if (!looked_) COMITY_CHECK(look());
        if (taken_ == out_.size()) {
            if (plain_) return from_->read(into, size);
            COMITY_CHECK(fill());
        }
        const std::size_t got = std::min(size, out_.size() - taken_);
        std::memcpy(into, out_.data() + taken_, got);
        taken_ += got;
        return got;
    }
    std::uint64_t consumed() const override { return from_->consumed(); }

  private:
    // The first two bytes say what it is.
    Result<void> look() {
        looked_ = true;
        while (in_.size() < 2) {
            char byte = 0;
            COMITY_TRY(const std::size_t got, from_->read(&byte, 1));
            if (got == 0) break;
            in_ += byte;
        }
        plain_ = !begins_as_utf16(in_);
        big_ = in_.starts_with('\xfe');
        if (plain_) out_ = in_;
        in_.clear();
        return {};
    }

    // More of it as UTF-8; nothing at the end.
    Result<void> fill() {
        out_.clear();
        taken_ = 0;
        while (out_.empty() && !ended_) {
            const std::size_t before = in_.size();
            in_.resize(before + kUnitsAtOnce);
            COMITY_TRY(const std::size_t got, from_->read(in_.data() + before, kUnitsAtOnce));
            in_.resize(before + got);
            ended_ = got == 0;
            std::size_t at = 0;
            for (; at + 1 < in_.size(); at += 2) {
                const auto first = static_cast<unsigned char>(in_[at]);
                const auto second = static_cast<unsigned char>(in_[at + 1]);
                add_unit(big_ ? char32_t{first} << 8 | second : char32_t{second} << 8 | first);
            }
            in_.erase(0, at);
            if (ended_ && (high_ || !in_.empty())) crypto::append_utf8(out_, kNoCharacter);
        }
        return {};
    }

    void add_unit(char32_t unit) {
        const bool low = unit >= 0xdc00 && unit < 0xe000;
        if (high_) {
            const char32_t high = *high_;
            high_.reset();
            if (low) return crypto::append_utf8(out_, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
            crypto::append_utf8(out_, kNoCharacter);
        }
        if (unit >= 0xd800 && unit < 0xdc00) {
            high_ = unit;
        } else {
            crypto::append_utf8(out_, low ? kNoCharacter : unit);
        }
    }

    std::unique_ptr<ByteStream> from_;
    std::string in_;   // what is no whole unit yet
    std::string out_;  // in UTF-8
    std::size_t taken_ = 0;
    std::optional<char32_t> high_;  // the first half of a pair
    bool looked_ = false;
    bool plain_ = false;
    bool big_ = false;  // the byte that counts more comes first
    bool ended_ = false;
};

}  // namespace

bool begins_as_utf16(std::string_view bytes) {
    return bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff");
}

std::unique_ptr<ByteStream> as_utf8(std::unique_ptr<ByteStream> from) {
    return std::make_unique<Utf16>(std::move(from));
}

}  // namespace comity::intelligence::match
