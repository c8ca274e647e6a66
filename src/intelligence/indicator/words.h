// Words that are indicators by their form, beside sums: SSDEEP, JA4 and wallets; and those that are by what
// somebody says they are: JA3 fingerprints, which look like MD5 sums, and the names of files.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "intelligence/indicator/classify.h"

namespace comity::intelligence {

// Words (sums, fingerprints, wallets) are told from the text around them by their length.
inline constexpr std::size_t kMinWord = 26;       // bytes
inline constexpr std::size_t kMaxWord = 128;      // bytes
inline constexpr std::size_t kMaxFileName = 253;  // bytes

bool is_ja4(std::string_view text);
bool is_ssdeep(std::string_view text);
bool is_hexadecimal(std::string_view text);

// Of a stated kind, which is none of classify()'s own. kInvalid where it has not the form of one. A file's
// name stays in its case.
Result<Indicator> classify_word(IndicatorKind kind, std::string_view text);
// What cannot be taken for anything else: a wallet of Bitcoin only where its check sum holds.
std::optional<Indicator> word_by_looks(std::string_view text);

// The coin that a wallet is of: "btc", "eth", "xmr"; empty: its looks do not tell.
std::string_view wallet_coin(std::string_view wallet);

// How a word of this length is looked up: sums and what else has no case in lower case, the rest as it
// stands.
std::string word_key(std::string_view word);

}  // namespace comity::intelligence
