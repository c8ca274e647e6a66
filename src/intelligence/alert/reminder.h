// What a member is reminded of: something that it has still to do, and until when. It goes the way that
// alerts go (outbox.h), as a letter of its own kind; it is no statement. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/error.h"
#include "base/time.h"
#include "json/value.h"

namespace comity::intelligence {

inline constexpr std::string_view kReminderLetter = "governance.reminder";
inline constexpr std::int64_t kMaxRemindHours = 720;

struct Reminder {
    std::string member;  // who is reminded
    std::string what;    // as the agenda has it: "vote-closes", "answer-due", ...
    std::string id;      // of the vote, the round, the election
    std::string title;
    Time at{};               // when it is too late
    std::int64_t hours = 0;  // so long before that, the channel wants to know
};

// The same for the same channel's settings and the same event: what was written once is not written again.
Digest reminder_id(const Reminder& reminder);
// {"type":"governance.reminder","id","author","issued","node","reminder":{"what","id","title","at","hours"}}
std::string reminder_payload(const Reminder& reminder, const std::string& origin, Time now);
// Of a payload's "reminder", with the author as the member. kInvalid with the place.
Result<Reminder> parse_reminder(const json::Value& form, std::string_view author);

std::string reminder_title(const Reminder& reminder);  // "Vote closes: Sharing"
std::string reminder_text(const Reminder& reminder);   // a letter's, with the command that does it

}  // namespace comity::intelligence
