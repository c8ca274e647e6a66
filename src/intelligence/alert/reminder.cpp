#include "intelligence/alert/reminder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "crypto/sha256.h"
#include "json/fields.h"

namespace comity::intelligence {
namespace {

struct ReminderWords {
    std::string_view what;
    std::string_view title;
    std::string_view command;  // {}: the id's first digits
};
constexpr std::array<ReminderWords, 6> kReminderWords = {{
    {"vote-closes", "Vote closes", "comity vote {} yes|no|abstain"},
    {"answer-due", "Objection to be answered", "comity proposal answer {} BALLOT \"...\""},
    {"declaration-due", "Declaration due", "comity proposal declare {} ..."},
    {"consultation-closes", "Consultation closes", "comity consultation comment {} \"...\""},
    {"election-opens", "Last day to register for a secret election", "comity election register {}"},
    {"election-closes", "Secret election closes", "comity election vote {} CANDIDATE"},
}};

const ReminderWords* words_of(std::string_view what) {
    const auto found = std::ranges::find(kReminderWords, what, &ReminderWords::what);
    return found == kReminderWords.end() ? nullptr : &*found;
}

// One line, whatever stands in it.
std::string in_one_line(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    return out;
}

}  // namespace

Digest reminder_id(const Reminder& reminder) {
    return crypto::sha256(
        as_bytes(fmt::format("comity/reminder/v1\n{}\n{}\n{}\n{}\n{}", reminder.member, reminder.what,
                             reminder.id, reminder.at.micros, reminder.hours)));
}

std::string reminder_payload(const Reminder& reminder, const std::string& origin, Time now) {
    return json::write(json::Object{{"type", kReminderLetter},
                                    {"id", reminder_id(reminder).hex()},
                                    {"author", reminder.member},
                                    {"issued", format_time_millis(now)},
                                    {"node", origin},
                                    {"reminder", json::Object{{"what", reminder.what},
                                                              {"id", reminder.id},
                                                              {"title", reminder.title},
                                                              {"at", format_time_millis(reminder.at)},
                                                              {"hours", reminder.hours}}}});
}

Result<Reminder> parse_reminder(const json::Value& form, std::string_view author) {
    COMITY_TRY(json::Fields fields, json::Fields::of(form, "reminder"));
    Reminder reminder;
    reminder.member = author;
    COMITY_TRY(reminder.what, fields.text("what", 1, 40));
    COMITY_TRY(reminder.id, fields.text("id", 1, 64));
    COMITY_TRY(reminder.title, fields.text("title", 0, 1000));
    COMITY_TRY(const std::string at, fields.text("at", 1, 40));
    COMITY_TRY(reminder.at, parse_time(at));
    COMITY_TRY(reminder.hours, fields.integer("hours", 1, kMaxRemindHours));
    return reminder;
}

std::string reminder_title(const Reminder& reminder) {
    const ReminderWords* words = words_of(reminder.what);
    return in_one_line(
        fmt::format("{}: {}", words != nullptr ? words->title : reminder.what, reminder.title));
}

std::string reminder_text(const Reminder& reminder) {
    std::string out = fmt::format("{}\n\nUntil: {}Z\nWaits for: {}\n", reminder_title(reminder),
                                  format_time_millis(reminder.at).substr(0, 19), reminder.member);
    if (const ReminderWords* words = words_of(reminder.what)) {
        const std::string id = reminder.id.substr(0, 12);
        out += fmt::format("\n{} --as {}\n", fmt::format(fmt::runtime(words->command), id), reminder.member);
    }
    return out;
}

}  // namespace comity::intelligence
