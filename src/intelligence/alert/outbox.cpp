#include "intelligence/alert/outbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/mail_address.h"
#include "base/text.h"
#include "crypto/random.h"
#include "intelligence/alert/reminder.h"
#include "json/fields.h"
#include "json/words.h"
#include "ledger/statement.h"

namespace comity::intelligence {
namespace {

constexpr std::array<std::string_view, 3> kChannelKinds = {"webhook", "syslog", "mail"};
constexpr std::size_t kChannelIdBytes = 16;
constexpr std::size_t kMaxChannelText = 2000;
constexpr std::size_t kMaxRecipients = 100;
constexpr std::size_t kMaxReminders = 10;          // of one event
constexpr std::int64_t kFirstWait = 5;             // seconds
constexpr std::int64_t kLongestWait = 3600;        // seconds
constexpr std::int64_t kHoldChannel = 45'000'000;  // microseconds: more than one delivery takes

json::Object channel_config(const AlertChannel& channel) {
    json::Object out{{"kind", to_string(channel.kind)},      {"url", channel.url},
                     {"secret_file", channel.secret_file},   {"ca_file", channel.ca_file},
                     {"severity", to_string(channel.least)}, {"rules", json::array_of(channel.rules)}};
    if (!channel.alerts) out["alerts"] = false;
    if (!channel.remind_hours.empty()) {
        json::Array hours;
        for (const std::int64_t each : channel.remind_hours) hours.emplace_back(each);
        out["remind_hours"] = std::move(hours);
    }
    if (channel.kind != ChannelKind::kMail) return out;
    out["user"] = channel.user;
    out["from"] = channel.from;
    out["to"] = json::array_of(channel.to);
    out["certificates"] = json::array_of(channel.certificate_files);
    return out;
}

Result<void> read_channel_config(std::string_view text, AlertChannel& channel) {
    COMITY_TRY(const json::Value value, json::parse(text));
    COMITY_TRY(json::Fields fields, json::Fields::of(value, "channel"));
    COMITY_TRY(const std::string kind, fields.text("kind", 1, 20));
    const auto found = std::ranges::find(kChannelKinds, kind);
    if (found == kChannelKinds.end()) return corrupt("alert_channels", "has an unknown kind");
    channel.kind = static_cast<ChannelKind>(found - kChannelKinds.begin());
    COMITY_TRY(channel.url, fields.text("url", 1, kMaxChannelText));
    COMITY_TRY(channel.secret_file, fields.text("secret_file", 0, kMaxChannelText));
    COMITY_TRY(channel.ca_file, fields.text("ca_file", 0, kMaxChannelText));
    COMITY_TRY(const std::string severity, fields.text("severity", 1, 20));
    COMITY_TRY(channel.least, parse_severity(severity, "channel.severity"));
    COMITY_TRY(channel.rules, fields.optional_texts("rules", SIZE_MAX));
    if (const json::Value* alerts = fields.any("alerts"); alerts != nullptr)
        channel.alerts = alerts->is_bool() && alerts->get_bool();
    if (const json::Value* hours = fields.any("remind_hours"); hours != nullptr && hours->is_array()) {
        for (const json::Value& each : hours->get_array()) {
            if (each.is_int64()) channel.remind_hours.push_back(each.get_int64());
        }
    }
    if (channel.kind != ChannelKind::kMail) return {};
    COMITY_TRY(channel.user, fields.text("user", 0, kMaxChannelText));
    COMITY_TRY(channel.from, fields.text("from", 1, kMaxChannelText));
    COMITY_TRY(channel.to, fields.optional_texts("to", kMaxRecipients));
    COMITY_TRY(channel.certificate_files, fields.optional_texts("certificates", kMaxRecipients));
    return {};
}

// The columns of kChannelColumns.
constexpr std::string_view kChannelColumns = "c.id, c.member, c.name, c.config, c.created";
Result<std::vector<AlertChannel>> read_channels(db::Session& session, std::string_view rest,
                                                std::initializer_list<db::Param> params) {
    std::vector<AlertChannel> channels;
    Result<void> fault;
    COMITY_CHECK(session.each(
        fmt::format("SELECT {} FROM alert_channels c {} ORDER BY c.member, c.name", kChannelColumns, rest),
        params, [&](const db::Row& row) {
            AlertChannel channel;
            channel.id = row.text(0);
            channel.member = row.text(1);
            channel.name = row.text(2);
            channel.created = Time{row.integer(4)};
            fault = read_channel_config(row.text(3), channel);
            if (fault) channels.push_back(std::move(channel));
            return fault.has_value();
        }));
    COMITY_CHECK(std::move(fault));
    return channels;
}

constexpr std::string_view kLetterColumns =
    "o.n, o.channel, o.alert, o.state, o.tries, o.next_try, o.payload, o.made, o.done, o.error";
Letter read_letter(const db::Row& row) {
    Letter letter{row.integer(0),
                  std::string(row.text(1)),
                  row.digest(2),
                  static_cast<int>(row.integer(3)),
                  row.integer(4),
                  Time{row.integer(5)},
                  std::string(row.text(6)),
                  Time{row.integer(7)},
                  {},
                  std::string(row.text(9))};
    if (!row.null(8)) letter.done = Time{row.integer(8)};
    return letter;
}

Failure no_channel(std::string_view name) {
    return not_found(fmt::format("there is no channel {}", name), "comity alert channel list shows them");
}

Result<std::int64_t> next_number(db::Transaction& tx) {
    COMITY_TRY(const auto last, tx.integer("SELECT MAX(n) FROM alert_outbox"));
    return last.value_or(0) + 1;
}

// False where another holds it by now: its holder's word counts.
Result<bool> still_held(db::Transaction& tx, std::string_view channel, std::string_view holder) {
    COMITY_TRY(const auto held, tx.text("SELECT holder FROM alert_channels WHERE id = $1", {channel}));
    return held && *held == holder;
}

}  // namespace

std::string_view to_string(ChannelKind kind) {
    return kChannelKinds[static_cast<std::size_t>(kind)];
}

std::int64_t letter_wait(std::int64_t failures) {
    std::int64_t wait = kFirstWait;
    for (std::int64_t i = 1; i < failures && wait < kLongestWait; ++i) wait *= 2;
    return std::min(wait, kLongestWait);
}

namespace {

Result<void> check_mail(const AlertChannel& channel) {
    if (!channel.url.starts_with("smtp://") && !channel.url.starts_with("smtps://"))
        return invalid("url", "is no mail server's address", "write it as smtp://mail.example:587");
    if (!is_mail_address(channel.from))
        return invalid("--from", "is no mail address", "write it as alerts@cert-ke.example");
    if (channel.to.empty() || channel.to.size() > kMaxRecipients)
        return invalid("--to", fmt::format("are not 1 to {} mail addresses", kMaxRecipients));
    for (const std::string& to : channel.to) {
        if (!is_mail_address(to))
            return invalid("--to", fmt::format("'{}' is no mail address", shown(to, 80)));
    }
    if (!channel.user.empty() && channel.secret_file.empty())
        return invalid("--secret-file", "is missing", "its first line is the user's password");
    if (channel.certificate_files.size() > kMaxRecipients)
        return invalid("--encrypt-to", fmt::format("are more than {}", kMaxRecipients));
    return {};
}

// "tcp://HOST:601": which port a collector listens at nobody can guess, and a letter to none never arrives.
bool names_port(std::string_view url) {
    while (url.ends_with('/')) url.remove_suffix(1);
    const std::string_view host = url.substr(url.find("://") + 3);
    const std::size_t colon = host.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    unsigned port = 0;
    const char* const end = host.data() + host.size();
    const auto [at, error] = std::from_chars(host.data() + colon + 1, end, port);
    return error == std::errc() && at == end && port > 0 && port <= 65'535;
}

}  // namespace

Result<void> check_channel(const AlertChannel& channel) {
    COMITY_CHECK(ledger::check_member_id(channel.name, "name"));
    COMITY_CHECK(ledger::check_member_id(channel.member, "--as"));
    const bool web = channel.url.starts_with("https://") || channel.url.starts_with("http://");
    const bool line = channel.url.starts_with("tcp://") || channel.url.starts_with("udp://");
    if (channel.kind == ChannelKind::kWebhook && !web)
        return invalid("url", "is no URL", "write it as https://siem.example/hook");
    if (channel.kind == ChannelKind::kSyslog && !(line && names_port(channel.url)))
        return invalid("url", "is no address of a collector",
                       "write it as tcp://siem.example:601 or udp://HOST:514");
    if (channel.kind == ChannelKind::kWebhook && channel.secret_file.empty())
        return invalid(
            "--secret-file", "is missing",
            "a receiver tells by the signature that it was this node that wrote: openssl rand -base64 32");
    if (channel.kind == ChannelKind::kMail) COMITY_CHECK(check_mail(channel));
    if (channel.kind != ChannelKind::kMail && !channel.certificate_files.empty())
        return invalid("--encrypt-to", "is for letters to people", "webhooks and collectors have TLS");
    for (const std::string& rule : channel.rules) COMITY_CHECK(ledger::check_member_id(rule, "--rule"));
    if (channel.remind_hours.size() > kMaxReminders)
        return invalid("--remind", fmt::format("are more than {}", kMaxReminders));
    for (const std::int64_t hours : channel.remind_hours) {
        if (hours < 1 || hours > kMaxRemindHours)
            return invalid("--remind", fmt::format("is not from 1 to {} hours", kMaxRemindHours));
    }
    if (!channel.alerts && channel.remind_hours.empty())
        return invalid("--only-reminders", "asks for no reminders", "say when: --remind 24 --remind 1");
    return {};
}

Result<void> write_letter(db::Transaction& tx, std::string_view channel, const Digest& id,
                          const std::string& payload, Time now) {
    COMITY_TRY(const std::int64_t n, next_number(tx));
    COMITY_CHECK(tx.run(
        "INSERT INTO alert_outbox(n, channel, alert, ready, state, tries, next_try, payload, made, error) "
        "SELECT $1, id, $3, 1, 0, 0, $4, $5, $4, '' FROM alert_channels WHERE id = $2 ON CONFLICT(channel, "
        "alert) DO NOTHING",
        n, channel, id, now.micros, payload));
    return {};
}

Result<void> write_letters(db::Transaction& tx, const Delivery& delivery, Time now) {
    COMITY_TRY(const auto channels, read_channels(tx, "WHERE c.member = $1", {delivery.member}));
    for (const AlertChannel& channel : channels) {
        const bool chosen =
            channel.rules.empty() || std::ranges::find(channel.rules, delivery.rule) != channel.rules.end();
        if (!channel.alerts || !chosen || delivery.severity < channel.least) continue;
        COMITY_TRY(const std::int64_t n, next_number(tx));
        COMITY_CHECK(
            tx.run("INSERT INTO alert_outbox(n, channel, alert, ready, state, tries, next_try, payload, "
                   "made, error) "
                   "VALUES($1, $2, $3, $4, 0, 0, $5, $6, $5, '') ON CONFLICT(channel, alert) DO NOTHING",
                   n, channel.id, delivery.alert, delivery.ready, now.micros, delivery.payload));
    }
    return {};
}

Result<void> letters_ready(db::Transaction& tx, const Digest& alert) {
    return tx.queue("UPDATE alert_outbox SET ready = 1 WHERE alert = $1", alert);
}

Result<void> drop_letters(db::Transaction& tx, const Digest& alert) {
    return tx.queue("DELETE FROM alert_outbox WHERE alert = $1", alert);
}

Result<void> Outbox::add(AlertChannel channel, Time now) {
    COMITY_CHECK(check_channel(channel));
    channel.id = crypto::random_text(kChannelIdBytes);
    const std::string config = json::write(channel_config(channel));
    COMITY_TRY(const auto tx, database_->begin());
    COMITY_TRY(const std::int64_t rows,
               tx->run("INSERT INTO alert_channels(id, member, name, config, created, holder, held_until) "
                       "VALUES($1, $2, $3, $4, $5, '', 0) ON CONFLICT(member, name) DO NOTHING",
                       channel.id, channel.member, channel.name, config, now.micros));
    if (rows == 0)
        return conflict("name", fmt::format("there is a channel {} already", channel.name),
                        "remove it first");
    return tx->commit();
}

Result<void> Outbox::remove(std::string_view member, std::string_view name) {
    COMITY_TRY(const auto tx, database_->begin());
    COMITY_TRY(const auto id,
               tx->text("SELECT id FROM alert_channels WHERE member = $1 AND name = $2", {member, name}));
    if (!id) return no_channel(name);
    COMITY_CHECK(tx->run("DELETE FROM alert_outbox WHERE channel = $1", *id));
    COMITY_CHECK(tx->run("DELETE FROM alert_channels WHERE id = $1", *id));
    return tx->commit();
}

Result<std::vector<AlertChannel>> Outbox::channels(std::string_view member) {
    COMITY_TRY(const auto session, database_->reader());
    return read_channels(*session, "WHERE $1 = '' OR c.member = $1", {member});
}

Result<std::vector<Letter>> Outbox::letters(std::string_view member, std::optional<int> state,
                                            std::size_t limit) {
    COMITY_TRY(const auto session, database_->reader());
    std::vector<Letter> out;
    COMITY_CHECK(session->each(
        fmt::format(
            "SELECT {} FROM alert_outbox o JOIN alert_channels c ON c.id = o.channel WHERE ($1 = '' OR "
            "c.member = $1) AND ($2 < 0 OR o.state = $2) ORDER BY o.n DESC LIMIT $3",
            kLetterColumns),
        {member, state.value_or(-1), limit}, [&](const db::Row& row) {
            out.push_back(read_letter(row));
            return true;
        }));
    return out;
}

Result<std::int64_t> Outbox::revive(std::string_view member, std::optional<std::int64_t> n, Time now) {
    COMITY_TRY(const auto tx, database_->begin());
    std::vector<std::int64_t> dead;
    COMITY_CHECK(
        tx->each("SELECT o.n FROM alert_outbox o JOIN alert_channels c ON c.id = o.channel WHERE ($1 = '' OR "
                 "c.member = $1) "
                 "AND o.state = 2 AND ($2 < 0 OR o.n = $2) ORDER BY o.n",
                 {member, n.value_or(-1)}, [&](const db::Row& row) {
                     dead.push_back(row.integer(0));
                     return true;
                 }));
    if (n && dead.empty())
        return not_found(fmt::format("there is no dead letter {}", *n),
                         "comity alert outbox list --dead shows them");
    for (const std::int64_t each : dead) {
        COMITY_TRY(const std::int64_t behind, next_number(*tx));
        COMITY_CHECK(
            tx->run("UPDATE alert_outbox SET n = $2, state = 0, tries = 0, next_try = $3 WHERE n = $1", each,
                    behind, now.micros));
    }
    COMITY_CHECK(tx->commit());
    return static_cast<std::int64_t>(dead.size());
}

// The first of a channel that waits decides whether it is due: what is behind it waits for it.
constexpr std::string_view kNextLetter =
    "o.n = (SELECT MIN(f.n) FROM alert_outbox f WHERE f.channel = c.id AND f.state = 0) AND o.ready = 1 AND "
    "o.next_try <= $1";

Result<std::vector<AlertChannel>> Outbox::due(Time now) {
    COMITY_TRY(const auto session, database_->reader());
    return read_channels(
        *session,
        fmt::format(
            "JOIN alert_outbox o ON o.channel = c.id WHERE (c.holder = '' OR c.held_until <= $1) AND {}",
            kNextLetter),
        {now.micros});
}

Result<std::optional<Letter>> Outbox::take(std::string_view channel, std::string_view holder, Time now) {
    COMITY_TRY(const auto tx, database_->begin());
    COMITY_TRY(
        const std::int64_t held,
        tx->run("UPDATE alert_channels SET holder = $2, held_until = $3 WHERE id = $1 AND (holder = '' OR "
                "holder = $2 OR held_until <= $4)",
                channel, holder, now.micros + kHoldChannel, now.micros));
    if (held == 0) return std::nullopt;
    std::optional<Letter> letter;
    COMITY_CHECK(tx->each(
        fmt::format(
            "SELECT {} FROM alert_outbox o JOIN alert_channels c ON c.id = o.channel WHERE c.id = $2 AND {}",
            kLetterColumns, kNextLetter),
        {now.micros, channel}, [&](const db::Row& row) {
            letter = read_letter(row);
            return false;
        }));
    if (!letter)
        COMITY_CHECK(tx->run("UPDATE alert_channels SET holder = '', held_until = 0 WHERE id = $1", channel));
    COMITY_CHECK(tx->commit());
    return letter;
}

Result<void> Outbox::delivered(const Letter& letter, std::string_view holder, Time now) {
    COMITY_TRY(const auto tx, database_->begin());
    COMITY_TRY(const bool mine, still_held(*tx, letter.channel, holder));
    if (!mine) return {};
    COMITY_CHECK(
        tx->run("UPDATE alert_outbox SET state = 1, tries = tries + 1, done = $2, error = '' WHERE n = $1",
                letter.n, now.micros));
    COMITY_CHECK(
        tx->run("UPDATE alert_channels SET holder = '', held_until = 0 WHERE id = $1", letter.channel));
    return tx->commit();
}

Result<void> Outbox::failed(const Letter& letter, std::string_view holder, std::string_view error, Time now) {
    COMITY_TRY(const auto tx, database_->begin());
    COMITY_TRY(const bool mine, still_held(*tx, letter.channel, holder));
    if (!mine) return {};
    const std::int64_t tries = letter.tries + 1;
    const bool last = tries >= kMaxLetterTries;
    COMITY_CHECK(tx->run(
        "UPDATE alert_outbox SET state = $2, tries = $3, next_try = $4, error = $5 WHERE n = $1", letter.n,
        last ? kLetterDead : kLetterWaits, tries, now.micros + letter_wait(tries) * 1'000'000, error));
    COMITY_CHECK(
        tx->run("UPDATE alert_channels SET holder = '', held_until = 0 WHERE id = $1", letter.channel));
    return tx->commit();
}

}  // namespace comity::intelligence
