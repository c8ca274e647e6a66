// The statement federation.erasure: its author takes back what an earlier one of its own carried
// (ledger/erasure.h). Its audience is the erased statement's, so that nobody hears of what it could not read.
// Pure functions.
#pragma once

#include "ledger/statement.h"

namespace comity::federation {

inline constexpr std::string_view kErasure = "federation.erasure";
inline constexpr std::size_t kMaxErasureReason = 500;  // bytes

struct ErasureBody {
    Digest statement;
    std::string reason{};  // for readers; may be empty

    json::Object json() const;
};
// Of that type: not where others' acts rest on it.
bool may_be_erased(std::string_view type);

// {"statement":"<64 hex>","reason":"..."?}; neither objects nor attachments. kInvalid with the field.
Result<ErasureBody> parse_erasure(const ledger::Statement& statement);

}  // namespace comity::federation
