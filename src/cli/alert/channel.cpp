#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <ostream>

#include "cli/alert/commands.h"
#include "cli/command.h"
#include "cli/open_node.h"
#include "cli/output.h"
#include "crypto/mail_seal.h"
#include "intelligence/alert/outbox.h"
#include "intelligence/alert/rule_book.h"
#include "json/words.h"
#include "node/secret_file.h"

namespace comity::cli {

namespace {

using intelligence::AlertChannel;
using intelligence::ChannelKind;
using intelligence::Letter;
using intelligence::Outbox;

struct AlertChannelOptions {
    AlertChannel channel;
    std::string severity = "low";
    std::vector<std::string> remind;  // hours
    bool only_reminders = false;
};
struct AlertOutboxOptions {
    bool dead = false;
    bool waiting = false;
    std::int64_t limit = 30;
    std::string number;
};

Result<std::unique_ptr<node::Node>> open_alerts(Context& context) {
    COMITY_TRY(auto node, open_node(context));
    COMITY_CHECK(intelligence::AlertRules::prepare(node->database()));
    return node;
}

json::Object channel_form(const AlertChannel& channel) {
    json::Array hours;
    for (const std::int64_t each : channel.remind_hours) hours.emplace_back(each);
    return {{"name", channel.name},
            {"member", channel.member},
            {"kind", to_string(channel.kind)},
            {"url", channel.url},
            {"severity", to_string(channel.least)},
            {"rules", json::array_of(channel.rules)},
            {"alerts", channel.alerts},
            {"remind_hours", std::move(hours)},
            {"secret_file", channel.secret_file},
            {"ca_file", channel.ca_file},
            {"user", channel.user},
            {"from", channel.from},
            {"to", json::array_of(channel.to)},
            {"encrypt_to", json::array_of(channel.certificate_files)},
            {"created", format_time_millis(channel.created)}};
}

// That everybody whom letters go to can read them, before there is one.
Result<void> check_certificates(const AlertChannel& channel, Time now) {
    if (channel.certificate_files.empty()) return {};
    std::vector<std::string> certificates;
    for (const std::string& file : channel.certificate_files) {
        COMITY_TRY(certificates.emplace_back(), node::read_small_file(file));
        if (auto some = crypto::check_mail_receivers(std::span(&certificates.back(), 1), {}, now); !some)
            return within("--encrypt-to: " + file, std::move(some).error());
    }
    if (auto done = crypto::check_mail_receivers(certificates, channel.to, now); !done)
        return within("--encrypt-to", std::move(done).error());
    return {};
}

Result<void> add_channel(Context& context, AlertChannelOptions options) {
    AlertChannel& channel = options.channel;
    channel.member = context.as;
    if (context.as.empty())
        return invalid("--as", "is missing", "say whose alerts are delivered: --as MEMBER");
    const bool line = channel.url.starts_with("tcp://") || channel.url.starts_with("udp://");
    const bool mail = channel.url.starts_with("smtp://") || channel.url.starts_with("smtps://");
    channel.alerts = !options.only_reminders;
    for (const std::string& hours : options.remind) {
        const bool number =
            !hours.empty() && hours.size() < 6 && hours.find_first_not_of("0123456789") == std::string::npos;
        channel.remind_hours.push_back(number ? std::stoll(hours) : 0);
    }
    channel.kind = line ? ChannelKind::kSyslog : mail ? ChannelKind::kMail : ChannelKind::kWebhook;
    COMITY_TRY(channel.least, intelligence::parse_severity(options.severity, "--severity"));
    for (std::string* file : {&channel.secret_file, &channel.ca_file}) {
        if (!file->empty()) *file = std::filesystem::absolute(*file).string();
    }
    for (std::string& file : channel.certificate_files) file = std::filesystem::absolute(file).string();
    // Now, rather than at the first alert.
    COMITY_CHECK(intelligence::check_channel(channel));
    COMITY_CHECK(node::read_secret(channel.secret_file));
    COMITY_CHECK(check_certificates(channel, context.clock->now()));
    COMITY_TRY(const auto node, open_alerts(context));
    if (node->ledger().roll()->find(channel.member) == nullptr)
        return not_found(fmt::format("--as: there is no member {}", channel.member),
                         "comity member list shows them");
    channel.created = context.clock->now();
    COMITY_CHECK(Outbox(node->database()).add(channel, channel.created));
    if (context.json)
        print_json(context, channel_form(channel));
    else
        context.err << fmt::format("Added: a running server delivers {}'s {} there from now on\n",
                                   channel.member,
                                   !channel.alerts                ? "reminders"
                                   : channel.remind_hours.empty() ? "alerts"
                                                                  : "alerts and reminders");
    return {};
}

Result<void> list_channels(Context& context) {
    COMITY_TRY(const auto node, open_alerts(context));
    COMITY_TRY(const auto channels, Outbox(node->database()).channels(context.as));
    if (context.json) {
        json::Array items;
        for (const AlertChannel& channel : channels) items.push_back(channel_form(channel));
        print_json(context, items);
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const AlertChannel& channel : channels) {
        rows.push_back({channel.name, channel.member, std::string(to_string(channel.kind)),
                        printable(channel.url), std::string(to_string(channel.least))});
    }
    print_table(context, {"NAME", "MEMBER", "KIND", "URL", "FROM"}, rows, "no channels");
    return {};
}

Result<void> remove_channel(Context& context, const std::string& name) {
    if (context.as.empty()) return invalid("--as", "is missing", "say whose channel it is: --as MEMBER");
    COMITY_TRY(const auto node, open_alerts(context));
    return Outbox(node->database()).remove(context.as, name);
}

std::string_view state_name(const Letter& letter) {
    if (letter.state == intelligence::kLetterDelivered) return "delivered";
    return letter.state == intelligence::kLetterDead ? "dead" : "waiting";
}

Result<void> show_outbox(Context& context, const AlertOutboxOptions& options) {
    COMITY_TRY(const auto node, open_alerts(context));
    Outbox outbox(node->database());
    std::optional<int> state;
    if (options.dead) state = intelligence::kLetterDead;
    if (options.waiting) state = intelligence::kLetterWaits;
    COMITY_TRY(const auto letters,
               outbox.letters(context.as, state, static_cast<std::size_t>(options.limit)));
    COMITY_TRY(const auto channels, outbox.channels(""));
    const auto name_of = [&](const std::string& id) {
        for (const AlertChannel& channel : channels) {
            if (channel.id == id) return channel.name;
        }
        return std::string();
    };
    json::Array items;
    std::vector<std::vector<std::string>> rows;
    for (const Letter& letter : letters) {
        const std::string made = format_time_millis(letter.made);
        const std::string then = format_time_millis(letter.done.value_or(letter.next_try));
        items.push_back(
            json::Object{{"number", letter.n},
                         {"channel", name_of(letter.channel)},
                         {"alert", letter.alert.hex()},
                         {"state", state_name(letter)},
                         {"tries", letter.tries},
                         {"made", made},
                         {"delivered", letter.done ? json::Value(then) : json::Value(nullptr)},
                         {"next_try", letter.done ? json::Value(nullptr) : json::Value(then)},
                         {"error", letter.error.empty() ? json::Value(nullptr) : json::Value(letter.error)}});
        rows.push_back({std::to_string(letter.n), name_of(letter.channel), letter.alert.hex().substr(0, 12),
                        std::string(state_name(letter)), std::to_string(letter.tries),
                        then.substr(0, 19) + "Z", printable(letter.error)});
    }
    if (context.json)
        print_json(context, items);
    else
        print_table(context, {"NUMBER", "CHANNEL", "ALERT", "STATE", "TRIES", "THEN", "LAST ERROR"}, rows,
                    "no letters");
    return {};
}

Result<void> retry_letters(Context& context, const AlertOutboxOptions& options) {
    std::optional<std::int64_t> number;
    if (options.number != "all") {
        if (options.number.empty() || options.number.size() > 18 ||
            options.number.find_first_not_of("0123456789") != std::string::npos)
            return invalid("NUMBER", "is none", "take it from comity alert outbox list --dead, or write all");
        number = std::stoll(options.number);
    }
    COMITY_TRY(const auto node, open_alerts(context));
    COMITY_TRY(const std::int64_t count,
               Outbox(node->database()).revive(context.as, number, context.clock->now()));
    if (context.json)
        print_json(context, json::Object{{"letters", count}});
    else
        context.err << fmt::format("{} {} delivered again\n", count,
                                   count == 1 ? "letter is" : "letters are");
    return {};
}

void add_channel_as(Command& command, Context& context, const char* what) {
    command.add_option("--as", context.as, what).type_name("MEMBER");
}

void add_alert_channel_add(Command& channel, Context& context) {
    auto options = std::make_shared<AlertChannelOptions>();
    Command command = channel.add_command(
        {.name = "add",
         .summary = "Deliver a member's alerts somewhere",
         .description =
             "A running server then delivers each alert of the member's rules, and each drill that reaches "
             "it, in their order.\n\n"
             "http(s)://...: a webhook. A POST of JSON, signed with HMAC-SHA256 over the alert's id, the "
             "time and the body (Standard Webhooks); the receiver answers 2xx when it has it.\n"
             "tcp://HOST:PORT, udp://HOST:PORT: a syslog collector, RFC 5424 with CEF.\n"
             "smtp://HOST:587, smtps://HOST:465: letters to people, over TLS that smtp is raised to "
             "(STARTTLS); only a mail server on this machine may do without. With --encrypt-to they are "
             "encrypted (S/MIME or OpenPGP, as the receivers' certificates are), and the subject says no "
             "more than how severe it is; a letter that can't be encrypted is not sent.\n\n"
             "With --remind HOURS it also delivers reminders of what waits for the member: a vote or a "
             "secret "
             "election that closes without its ballot, a consultation, an objection that it has to answer or "
             "a declaration that it owes in the chair (comity agenda --member has the same).\n\n"
             "What is not taken is tried again, later and later, for about two hours, and then lies dead in "
             "comity alert outbox, from where it can be sent again. What comes after it waits so long.",
         .examples = {
             {"comity alert channel add siem https://siem.example/hook --secret-file siem.secret --as "
              "cert-ke",
              ""},
             {"comity alert channel add log tcp://siem.example:601 --severity high --as cert-ke", ""},
             {"comity alert channel add duty smtp://mail.example:587 --user alerts --secret-file mail.secret "
              "--from alerts@cert-ke.example --to duty@cert-ke.example --as cert-ke",
              ""},
             {"comity alert channel add duty smtp://mail.example:587 --from alerts@cert-ke.example --to "
              "duty@cert-ke.example --encrypt-to duty.asc --as cert-ke",
              "encrypted to duty.asc: gpg --armor --export duty@cert-ke.example"},
             {"comity alert channel add votes smtp://mail.example:587 --from votes@cert-ke.example --to "
              "amina@cert-ke.example --only-reminders --remind 24 --remind 1 --as cert-ke",
              "a day and an hour before it is too late"}}});
    command.add_option("NAME", options->channel.name, "What to call it").required();
    command.add_option("URL", options->channel.url, "Where to").required();
    command
        .add_option("--secret-file", options->channel.secret_file,
                    "A webhook's key (the file's first line, bytes as they stand or whsec_BASE64), or a mail "
                    "server's password; read each time")
        .type_name("FILE");
    command.add_option("--user", options->channel.user, "Log in to the mail server as this user");
    command.add_option("--from", options->channel.from, "A letter's sender").type_name("ADDRESS");
    command.add_option("--to", options->channel.to, "A letter's receiver (repeat)").type_name("ADDRESS");
    command
        .add_option(
            "--encrypt-to", options->channel.certificate_files,
            "A receiver's certificate (PEM, for e-mail) or OpenPGP key (armored), read each time; one that "
            "names its address for each --to (repeat)")
        .type_name("FILE");
    command
        .add_option("--ca-file", options->channel.ca_file, "Certificates to trust besides the system's (PEM)")
        .type_name("FILE");
    command
        .add_option("--severity", options->severity,
                    "From this on: low, medium, high, critical; default: low")
        .type_name("LEVEL")
        .one_of({"low", "medium", "high", "critical"});
    command.add_option("--rule", options->channel.rules, "Alerts of this rule alone").type_name("NAME");
    command
        .add_option("--remind", options->remind,
                    "Remind so many hours before something that waits for the member is over (repeat)")
        .type_name("HOURS");
    command.add_flag("--only-reminders", options->only_reminders, "No alerts");
    add_channel_as(command, context, "Whose alerts and reminders");
    command.on_run(context, [options](Context& c) { return add_channel(c, *options); });
}

}  // namespace

void add_alert_channel(Command& alert, Context& context) {
    Command channel =
        alert.add_noun({.name = "channel",
                        .summary = "Deliver alerts to webhooks, syslog collectors and by e-mail",
                        .description = "",
                        .examples = {}});
    Command list = channel.add_command({.name = "list",
                                        .summary = "List where alerts are delivered to",
                                        .description = "",
                                        .examples = {{"comity alert channel list", ""}}});
    add_channel_as(list, context, "This member's alone");
    list.on_run(context, [](Context& c) { return list_channels(c); });
    add_alert_channel_add(channel, context);
    auto name = std::make_shared<std::string>();
    Command remove =
        channel.add_command({.name = "remove",
                             .summary = "Deliver there no longer",
                             .description = "What waits for it is not delivered.",
                             .examples = {{"comity alert channel remove siem --as cert-ke", ""}}});
    remove.add_option("NAME", *name, "Its name").required();
    add_channel_as(remove, context, "Whose it is");
    remove.on_run(context, [name](Context& c) { return remove_channel(c, *name); });
}

void add_alert_outbox(Command& alert, Context& context) {
    Command outbox = alert.add_noun({.name = "outbox",
                                     .summary = "Show what is to be delivered, and send dead letters again",
                                     .description = "",
                                     .examples = {}});
    auto options = std::make_shared<AlertOutboxOptions>();
    Command list = outbox.add_command({.name = "list",
                                       .summary = "List letters, the newest first, with their last error",
                                       .description = "",
                                       .examples = {{"comity alert outbox list --dead", ""}}});
    list.add_flag("--dead", options->dead, "Those alone that are given up");
    list.add_flag("--waiting", options->waiting, "Those alone that are still to be delivered");
    list.add_option("--limit", options->limit, "How many; default: 30").type_name("N").range(1, 100'000);
    add_channel_as(list, context, "This member's alone");
    list.on_run(context, [options](Context& c) { return show_outbox(c, *options); });
    Command retry = outbox.add_command(
        {.name = "retry",
         .summary = "Send dead letters again",
         .description = "Behind those that wait.",
         .examples = {{"comity alert outbox retry 17", ""}, {"comity alert outbox retry all", ""}}});
    retry.add_option("NUMBER", options->number, "A letter's number, or all").required();
    add_channel_as(retry, context, "This member's alone");
    retry.on_run(context, [options](Context& c) { return retry_letters(c, *options); });
}

}  // namespace comity::cli
