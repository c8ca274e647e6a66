// How governance's statements and answers write small things, and read them.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "json/fields.h"
#include "json/words.h"
#include "ledger/roll.h"
#include "ledger/statement.h"

namespace comity::governance {

inline constexpr ledger::Witnessed kDay = 86'400;  // seconds

inline std::string second_text(ledger::Witnessed at) {
    return format_time_millis(Time::from_seconds(at));
}

using json::array_of, json::digest_of, json::optional_word_of, json::word_of;

// The languages that texts are agreed in.
inline constexpr std::array<std::string_view, 6> kLanguages = {"en", "fr", "es", "ru", "ar", "zh"};

}  // namespace comity::governance
