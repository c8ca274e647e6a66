#include "node/reminder_rounds.h"

#include <algorithm>
#include <map>

#include "governance/consultation/agenda.h"
#include "intelligence/alert/outbox.h"
#include "intelligence/alert/reminder.h"

namespace comity::node {
namespace {

using intelligence::AlertChannel;
using intelligence::Reminder;

constexpr std::int64_t kBetweenReminders = 300;  // seconds: open votes are counted each time
constexpr std::int64_t kSecondsOfHour = 3600;
constexpr std::int64_t kHoursOfDay = 24;

// The shortest of the channel's times that has come: after it the longer ones are old news. 0: none has.
std::int64_t hours_due(const AlertChannel& channel, std::int64_t seconds_left) {
    std::int64_t due = 0;
    for (const std::int64_t hours : channel.remind_hours) {
        if (seconds_left <= hours * kSecondsOfHour && (due == 0 || hours < due)) due = hours;
    }
    return due;
}

// What waits for the member, as far ahead as one of its channels wants to know.
Result<std::vector<Reminder>> waiting_for(Node& node, const std::string& member, std::int64_t hours,
                                          Time now) {
    COMITY_TRY(const auto session, node.database().snapshot());
    governance::AgendaQuery query;
    query.days = (hours + kHoursOfDay - 1) / kHoursOfDay;
    query.member = member;
    COMITY_TRY(const json::Array agenda,
               governance::agenda_answer({*session, node.quorum(), now.seconds()}, query));
    std::vector<Reminder> out;
    for (const json::Value& value : agenda) {
        const auto text = [&](std::string_view name) { return std::string(value.at(name).as_string()); };
        if (text("what") == "consultation-opens") continue;  // nothing to do yet
        COMITY_TRY(const Time at, parse_time(text("at")));
        out.push_back({member, text("what"), text("id"), text("title"), at});
    }
    return out;
}

}  // namespace

Result<void> ReminderRounds::look() {
    const Time now = node_.clock().now();
    if (now < next_) return {};
    COMITY_TRY(const std::vector<AlertChannel> all, intelligence::Outbox(node_.database()).channels(""));
    std::map<std::string, std::vector<const AlertChannel*>> by_member;
    for (const AlertChannel& channel : all) {
        if (!channel.remind_hours.empty()) by_member[channel.member].push_back(&channel);
    }
    for (const auto& [member, channels] : by_member) {
        std::int64_t ahead = 0;
        for (const AlertChannel* channel : channels)
            ahead = std::max(ahead, std::ranges::max(channel->remind_hours));
        COMITY_TRY(const std::vector<Reminder> waiting, waiting_for(node_, member, ahead, now));
        if (waiting.empty()) continue;
        COMITY_TRY(const auto tx, node_.database().begin());
        for (Reminder reminder : waiting) {
            for (const AlertChannel* channel : channels) {
                reminder.hours = hours_due(*channel, reminder.at.seconds() - now.seconds());
                if (reminder.hours == 0) continue;
                COMITY_CHECK(intelligence::write_letter(
                    *tx, channel->id, intelligence::reminder_id(reminder),
                    intelligence::reminder_payload(reminder, node_.ledger().identity().origin, now), now));
            }
        }
        COMITY_CHECK(tx->commit());
    }
    next_ = Time::from_seconds(now.seconds() + kBetweenReminders);
    return {};
}

}  // namespace comity::node
