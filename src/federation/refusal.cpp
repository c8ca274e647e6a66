#include "federation/refusal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "crypto/note.h"

namespace comity::federation {
namespace {

constexpr std::string_view kWhere = "refusal";
constexpr std::size_t kRefusalLines = 6;

Failure no_refusal(std::string_view what) {
    return invalid(std::string(kWhere), std::string(what),
                   "give the file that the node's answer was kept in");
}

}  // namespace

bool owes_reason(ErrorKind kind) {
    return kind == ErrorKind::kInvalid || kind == ErrorKind::kRefused || kind == ErrorKind::kConflict ||
           kind == ErrorKind::kTooLarge;
}

std::string Refusal::sign(const crypto::NamedSecret& log) const {
    std::string line = reason.substr(0, kMaxRefusalReason);
    if (line.size() < reason.size()) {  // not within a character
        while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xc0) == 0x80) line.pop_back();
        if (!line.empty() && static_cast<unsigned char>(line.back()) >= 0xc0) line.pop_back();
    }
    std::ranges::replace_if(
        line, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }, ' ');
    crypto::Note note{fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n", kRefusalHead, community.hex(), statement.hex(),
                                  format_time_millis(at), kind, line.empty() ? "-" : line),
                      {}};
    note.signatures.push_back(crypto::sign_note(note.text, log));
    return note.write();
}

Result<Refusal> Refusal::open(std::string_view text, const crypto::NamedKey& log) {
    COMITY_TRY(const crypto::Note note, crypto::parse_note(text));
    std::vector<std::string_view> lines;
    for (std::string_view rest = note.text; !rest.empty();) {
        const std::size_t end = rest.find('\n');
        lines.push_back(rest.substr(0, end));
        rest.remove_prefix(end + 1);
    }
    if (lines.size() != kRefusalLines || lines[0] != kRefusalHead)
        return no_refusal("is a signed note, and no refusal");
    Refusal refusal;
    auto community = Digest::from_hex(lines[1]);
    if (!community) return within(kWhere, std::move(community).error());
    auto statement = Digest::from_hex(lines[2]);
    if (!statement) return within(kWhere, std::move(statement).error());
    auto at = parse_time(lines[3]);
    if (!at) return within(kWhere, std::move(at).error());
    refusal.community = *community;
    refusal.statement = *statement;
    refusal.at = *at;
    refusal.kind = lines[4];
    refusal.reason = lines[5];
    const std::array keys{log};
    COMITY_CHECK(crypto::verify_note(note, keys));
    return refusal;
}

}  // namespace comity::federation
