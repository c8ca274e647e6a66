#include "intelligence/match/followed_place.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "crypto/sha256.h"

namespace comity::intelligence::match {
namespace {

constexpr std::size_t kSkippedAtOnce = 128 * 1024;  // bytes

std::string bytes_at(int descriptor, std::uint64_t offset, std::size_t size) {
    std::string bytes(size, '\0');
    const ssize_t got = ::pread(descriptor, bytes.data(), size, static_cast<off_t>(offset));
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
}

bool is_digest_of(const std::string& digest, const std::string& bytes, std::uint64_t size) {
    return bytes.size() == size && crypto::sha256(as_bytes(bytes)).hex() == digest;
}

bool ends_as(const FollowPlace& place, const std::string& before) {
    if (place.ending_size == 0) return true;  // of a state of before endings were kept
    if (before.size() < place.ending_size) return false;
    return is_digest_of(place.ending, before.substr(before.size() - place.ending_size), place.ending_size);
}

bool packed_goes_on(int descriptor, const FollowPlace& place, std::string& before) {
    const auto stream = unpacked(descriptor);
    if (!stream) return false;
    std::string buffer(kSkippedAtOnce, '\0');
    std::string beginning;
    before.clear();
    for (std::uint64_t at = 0; at < place.offset;) {
        const auto got =
            (*stream)->read(buffer.data(), std::min<std::uint64_t>(buffer.size(), place.offset - at));
        if (!got || *got == 0) return false;
        at += *got;
        if (beginning.size() < place.beginning_size) {
            beginning.append(buffer, 0, std::min(*got, place.beginning_size - beginning.size()));
            if (beginning.size() == place.beginning_size &&
                !is_digest_of(place.beginning, beginning, place.beginning_size))
                return false;
        }
        before.append(buffer, 0, *got);
        if (before.size() > kKnownBytes) before.erase(0, before.size() - kKnownBytes);
    }
    return beginning.size() == place.beginning_size && ends_as(place, before);
}

}  // namespace

bool goes_on_at(int descriptor, const FollowPlace& place, std::string& before) {
    before.clear();
    if (place.beginning_size == 0) return true;
    if (is_packed(descriptor)) return packed_goes_on(descriptor, place, before);
    struct stat status{};
    if (fstat(descriptor, &status) != 0 || static_cast<std::uint64_t>(status.st_size) < place.offset)
        return false;
    if (!is_digest_of(place.beginning, bytes_at(descriptor, 0, place.beginning_size), place.beginning_size))
        return false;
    const std::uint64_t size = std::min<std::uint64_t>(kKnownBytes, place.offset);
    before = bytes_at(descriptor, place.offset - size, size);
    return ends_as(place, before);
}

Result<std::unique_ptr<ByteStream>> unpacked(int descriptor) {
    if (::lseek(descriptor, 0, SEEK_SET) != 0) return unavailable({}, std::strerror(errno));
    const int again = ::dup(descriptor);
    if (again < 0) return unavailable({}, std::strerror(errno));
    return open_stream(again);
}

}  // namespace comity::intelligence::match
