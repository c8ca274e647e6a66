// Counting over the members of all nodes: how many have met an indicator in a week, of those that only let
// themselves be counted, with noise, so that nobody learns who (docs/formats.md, "Counted together").
//
// A round is held for each week, after it is over, by statements and nothing else:
//     intelligence.count-key   body {"week":"2026-11-23","key":"<base64, 32 bytes>"}
//         in the day after the week: "I take part", with a new X25519 key
//     intelligence.count       body {"week":"2026-11-23","keys":["<64 hex>",...],"objects":{...}}
//         with one object {"cells":"<base64>"}, from six hours later on: what the member has met. The keys
//         are the statements that say them, one a member, in order: those whose members the masks are with.
//
// A cell is a number modulo 2^16. Each contribution adds to each cell 1 or 0, its share of the noise, and
// with each other key a mask that both derive from what their two keys share and that one of them adds and
// the other takes away. So a contribution alone is as random bytes, and the sum over all the keys that it
// names, and over nothing less, is a count with noise.
//
// A contribution is made once for a week, whatever happens: there is no second sum to hold against the
// first. Nothing is ever revealed of a key, so it does not matter what who has seen when.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/digest.h"
#include "crypto/agreement.h"
#include "intelligence/hit/count_week.h"
#include "intelligence/hit/private_count.h"
#include "intelligence/stix/identifier.h"
#include "json/value.h"
#include "ledger/statement.h"

namespace comity::intelligence {

inline constexpr std::string_view kCountKey = "intelligence.count-key";
inline constexpr std::string_view kCount = "intelligence.count";

inline constexpr std::size_t kCountCells = std::size_t{1} << 16;
inline constexpr std::size_t kCellBytes = kCountCells * 2;  // big-endian
inline constexpr std::size_t kLeastTogether = 5;            // members of a round; the rule can ask for more
inline constexpr std::size_t kMostTogether = 500;           // of more, those whose statements' ids are least
inline constexpr std::int64_t kKeyHours = 24;               // after the week: keys are said
inline constexpr std::int64_t kCountHours = 30;  // after the week: what was met is said from then on

Time keys_until(CountWeek week);  // not included
Time counts_from(CountWeek week);

// Where an indicator is counted: by the first two bytes of its UUID.
std::size_t cell_of(const Uuid& uuid);

struct CountKeyBody {
    CountWeek week;
    crypto::AgreementKey key;
};
struct CountBody {
    CountWeek week;
    std::vector<Digest> keys;
};
using Cells = std::vector<std::uint16_t>;  // kCountCells of them

// kInvalid with the field; also where the author's own time says that it is too early or too late.
Result<CountKeyBody> parse_count_key(const ledger::Statement& statement);
Result<CountBody> parse_count(const ledger::Statement& statement);
Result<Cells> parse_cells(std::string_view object);
json::Object count_key_json(const CountKeyBody& body);
json::Object count_json(const CountBody& body);  // without "objects"
std::string cells_text(const Cells& cells);

// What a round is known by: its week and its keys.
Digest round_of(const CountBody& body);

// A key of a round.
struct CountKey {
    Digest id;  // of the statement
    std::string author;
    crypto::AgreementKey key;
};

// Of how many members' shares the rule's noise is made up at the least: a third of them may leave theirs out,
// or know it and take it away.
std::size_t honest_shares(std::size_t members);

// Adds shares of noise and masks to what one has met. The keys: those of the round, in order, its own (`own`)
// among them.
Result<void> hide(Cells& cells, const Digest& round, const crypto::AgreementSecret& secret, const Digest& own,
                  std::span<const CountKey> keys, std::int64_t noise, const RandomBits& random);

// The number in a cell of the sum over a round: negative ones are what noise can make of few.
std::int64_t cell_number(std::uint16_t cell);

}  // namespace comity::intelligence
