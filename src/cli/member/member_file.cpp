#include "cli/member/member_file.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "json/fields.h"
#include "ledger/ledger.h"

namespace comity::cli {
namespace {

constexpr std::string_view kMagic = "comity-member/v1\n";
// Of one submission: objects and attachments, these in base64, and what stands around them.
constexpr std::uint64_t kMaxRecord = ledger::kMaxSubmissionSize * 2;

std::filesystem::path part_of(const std::filesystem::path& file) {
    return file.string() + ".part";
}

Failure system_failure(const std::filesystem::path& file) {
    return unavailable(file.string(), std::generic_category().message(errno),
                       "choose a place that you may write, with room");
}

}  // namespace

Result<MemberFileWriter> MemberFileWriter::create(const std::filesystem::path& file,
                                                  const MemberFileHeader& header) {
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored))
        return conflict(file.string(), "exists already", "name another file, or remove it");
    MemberFileWriter made;
    made.file_ = file;
    const mode_t before = ::umask(0077);
    made.out_.reset(std::fopen(part_of(file).c_str(), "wb"));
    ::umask(before);
    if (!made.out_) return system_failure(part_of(file));
    if (std::fwrite(kMagic.data(), 1, kMagic.size(), made.out_.get()) != kMagic.size())
        return system_failure(part_of(file));
    json::Array keys;
    for (const std::string& key : header.keys) keys.emplace_back(key);
    COMITY_CHECK(made.add(json::write(json::Object{{"community", header.community.hex()},
                                                   {"member", header.member},
                                                   {"origin", header.origin},
                                                   {"keys", std::move(keys)}})));
    return made;
}

Result<void> MemberFileWriter::add(std::string_view submission) {
    Bytes length;
    append_u64(length, submission.size());
    if (std::fwrite(length.data(), 1, length.size(), out_.get()) != length.size() ||
        std::fwrite(submission.data(), 1, submission.size(), out_.get()) != submission.size())
        return system_failure(part_of(file_));
    return {};
}

Result<void> MemberFileWriter::finish() {
    if (std::fflush(out_.get()) != 0 || ::fsync(::fileno(out_.get())) != 0)
        return system_failure(part_of(file_));
    out_.reset();
    std::error_code failed;
    std::filesystem::rename(part_of(file_), file_, failed);
    if (failed) return unavailable(file_.string(), failed.message(), "choose a place that you may write");
    return {};
}

Result<std::optional<std::string>> MemberFileReader::record() {
    std::array<std::uint8_t, 8> length{};
    const std::size_t got = std::fread(length.data(), 1, length.size(), in_.get());
    if (got == 0 && std::feof(in_.get()) != 0) return std::nullopt;
    const std::uint64_t size = read_u64(length);
    if (got != length.size() || size > kMaxRecord)
        return invalid("member file", "is cut off or damaged", "copy it again");
    std::string text(static_cast<std::size_t>(size), '\0');
    if (std::fread(text.data(), 1, text.size(), in_.get()) != text.size())
        return invalid("member file", "is cut off", "copy it again");
    return text;
}

Result<MemberFileReader> MemberFileReader::open(const std::filesystem::path& file) {
    MemberFileReader made;
    made.in_.reset(std::fopen(file.c_str(), "rb"));
    if (!made.in_) return not_found(file.string() + ": cannot be read", "is it the right file?");
    std::string magic(kMagic.size(), '\0');
    if (std::fread(magic.data(), 1, magic.size(), made.in_.get()) != magic.size() || magic != kMagic)
        return invalid(file.string(), "is no member's export", "make one: comity member export");
    COMITY_TRY(const auto head, made.record());
    if (!head) return invalid(file.string(), "is cut off", "copy it again");
    auto value = json::parse(*head);
    if (!value) return within(file.string(), std::move(value).error());
    COMITY_TRY(json::Fields fields, json::Fields::of(*value, file.string()));
    COMITY_TRY(const std::string community, fields.text("community", 64, 64));
    COMITY_TRY(made.header_.community, Digest::from_hex(community));
    COMITY_TRY(made.header_.member, fields.text("member", 1, 64));
    COMITY_TRY(made.header_.origin, fields.text("origin", 1, 500));
    COMITY_TRY(made.header_.keys, fields.texts("keys", 0, 20));
    COMITY_CHECK(fields.nothing_else());
    return made;
}

Result<std::optional<std::string>> MemberFileReader::next() {
    return record();
}

}  // namespace comity::cli
