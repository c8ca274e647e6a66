// Amendments to a proposal's version: edits of passages, and what they make of the texts. Pure: whoever has
// the version and the amendments gets the same texts, in whatever order they come.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "governance/voting/bodies.h"

namespace comity::governance {

// The passage `quote`, which begins at byte `at` of a text, is replaced by `text`. One of the two may be
// empty: then `text` comes in there, or the passage goes.
struct Edit {
    std::string language;
    bool in_title = false;
    std::size_t at = 0;
    std::string quote;
    std::string text;
    std::size_t end() const { return at + quote.size(); }
    friend bool operator==(const Edit&, const Edit&) = default;
};

struct AmendmentBody {
    Digest version;           // that it amends
    std::vector<Edit> edits;  // by language, titles first, then by place; none is in another's way
    std::string note;
};

Result<AmendmentBody> parse_amendment(const json::Value& body);
json::Object amendment_json(const AmendmentBody& amendment);
json::Array edits_json(const std::vector<Edit>& edits);

// Two edits that cannot both be made: their passages overlap, or both bring something in at one place. The
// same edit twice is one edit.
struct EditConflict {
    Edit one, other;
};
std::optional<EditConflict> conflict_of(const AmendmentBody& one, const AmendmentBody& other);

// The texts of the version with all edits made, and nothing else changed; `previous`, `note` and `amendments`
// are empty. kConflict where a passage does not stand at its place, where two amendments are in each other's
// way, or where a text becomes empty or too long.
Result<ProposalBody> amended(const ProposalBody& version, std::span<const AmendmentBody* const> amendments);

// SHA-256 over the texts alone (docs/formats.md, "Amendments"): two versions that say the same have the same.
Digest content_digest(const ProposalBody& version);

// The edits that lead from one text to another, passage by passage. Precondition: they differ.
std::vector<Edit> edits_between(std::string_view before, std::string_view after, const std::string& language,
                                bool in_title);

}  // namespace comity::governance
