// Where a member's alerts are delivered to besides the page and terminals, and what is still to be delivered.
// Local to the node, as rules are: no statements.
//
// A letter is written in the transaction that makes its alert, so that it is neither lost nor written twice;
// it goes out once the log has the alert. Of one channel letters go out in their order, one after the other:
// the next waits until the one before was taken, or is given up as dead. Several servers: one holds a channel
// at a time (as pulls are held: pull/pulls.h). Reminders (reminder.h) are letters, too.
//
// Tables:
//     alert_channels(id, member, name, config, created, holder, held_until)      config: JSON
//     alert_outbox(n, channel, alert, ready, state, tries, next_try, payload, made, done, error)
//         state: 0 to be delivered, 1 delivered, 2 dead; ready: 1 once the log has the alert
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "intelligence/alert/alert.h"

namespace comity::intelligence {

enum class ChannelKind {
    kWebhook,  // POST of JSON, signed with HMAC-SHA256
    kSyslog,   // RFC 5424 with a CEF message, over TCP or UDP
    kMail,     // a letter to people, by SMTP over TLS
};
std::string_view to_string(ChannelKind kind);  // "webhook", "syslog", "mail"

struct AlertChannel {
    std::string id{};  // the node's own; empty until it is kept
    std::string member{};
    std::string name{};  // as a member's id; unique among the member's channels
    ChannelKind kind = ChannelKind::kWebhook;
    std::string url{};  // http(s)://..., tcp://HOST:PORT, udp://HOST:PORT, smtp(s)://HOST:PORT
    std::string
        secret_file{};   // whose first line is a webhook's key, a mail server's password; read each time
    std::string user{};  // of a mail server; empty: without log-in
    std::string from{};  // a letter's
    std::vector<std::string> to{};
    // PEM, one for each of these that names its address: letters are encrypted to them. Read each time.
    // Empty: letters are not encrypted.
    std::vector<std::string> certificate_files{};
    std::string ca_file{};  // PEM; certificates to trust besides the system's
    Severity least = Severity::kLow;
    std::vector<std::string> rules{};  // their names; empty: all, and drills
    bool alerts = true;                // false: for reminders alone
    // So many hours before something that waits for the member is over, a reminder; empty: none.
    std::vector<std::int64_t> remind_hours{};
    Time created{};
};
// kInvalid with the field.
Result<void> check_channel(const AlertChannel& channel);

struct Letter {
    std::int64_t n = 0;
    std::string channel;  // its id
    Digest alert;
    int state = 0;
    std::int64_t tries = 0;
    Time next_try{};
    std::string payload;
    Time made{};
    std::optional<Time> done;
    std::string error;  // of the last try
};
inline constexpr int kLetterWaits = 0;
inline constexpr int kLetterDelivered = 1;
inline constexpr int kLetterDead = 2;

// How long after so many failures in a row the next try is, and how many there are: two hours or so.
std::int64_t letter_wait(std::int64_t failures);  // seconds
inline constexpr std::int64_t kMaxLetterTries = 12;

// What is to be delivered of an alert.
struct Delivery {
    std::string member;
    Digest alert;
    Severity severity = Severity::kLow;
    std::string rule;  // its name; empty: a drill
    std::string payload;
    bool ready = false;
};
// Writes a letter for each of the member's channels that it is for, where there is none yet.
Result<void> write_letters(db::Transaction& tx, const Delivery& delivery, Time now);
// One, for that channel, ready to go; where it has it already, nothing.
Result<void> write_letter(db::Transaction& tx, std::string_view channel, const Digest& id,
                          const std::string& payload, Time now);
Result<void> letters_ready(db::Transaction& tx, const Digest& alert);
Result<void> drop_letters(db::Transaction& tx, const Digest& alert);

class Outbox {
  public:
    explicit Outbox(db::Database& database) : database_(&database) {}

    Result<void> add(AlertChannel channel, Time now);  // kConflict where the member has one of that name
    Result<void> remove(std::string_view member, std::string_view name);  // and its letters; kNotFound
    Result<std::vector<AlertChannel>> channels(std::string_view member);  // empty: of all; by member and name
    // Letters of the member's channels (empty: of all), the newest first; of one state, if it is given.
    Result<std::vector<Letter>> letters(std::string_view member, std::optional<int> state, std::size_t limit);
    // Delivers a dead letter again, behind those that wait; all of the member's without a number. Returns how
    // many.
    Result<std::int64_t> revive(std::string_view member, std::optional<std::int64_t> n, Time now);

    // Channels whose next letter is due and that nobody holds. Reads only.
    Result<std::vector<AlertChannel>> due(Time now);
    // Takes the channel for that holder, and gives its next letter if that is due. Nothing: another holds it,
    // or there is none.
    Result<std::optional<Letter>> take(std::string_view channel, std::string_view holder, Time now);
    Result<void> delivered(const Letter& letter, std::string_view holder, Time now);
    // Dead where it was the last try.
    Result<void> failed(const Letter& letter, std::string_view holder, std::string_view error, Time now);

  private:
    db::Database* database_;
};

}  // namespace comity::intelligence
