#include "intelligence/alert/cef.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "base/time.h"
#include "intelligence/alert/alert.h"
#include "intelligence/alert/reminder.h"
#include "json/fields.h"

namespace comity::intelligence {
namespace {

constexpr std::array<int, 4> kCefSeverities = {3, 5, 8, 10};    // of 10
constexpr std::array<int, 4> kSyslogSeverities = {5, 4, 3, 2};  // notice, warning, error, critical
constexpr int kFacility = 13;                                   // log audit
constexpr std::size_t kMaxCefList = 2000;                       // bytes

// Bars and backslashes in the head, equals signs and backslashes behind it; line feeds only there.
std::string head_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\' || c == '|') out += '\\';
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out;
}
std::string extension_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || c == '=') out += '\\';
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out;
}

void extend(std::string& out, std::string_view key, std::string_view text) {
    if (!text.empty()) out += fmt::format("{}{}={}", out.empty() ? "" : " ", key, extension_text(text));
}
void extend_custom(std::string& out, int number, std::string_view label, std::string_view text) {
    if (text.empty()) return;
    extend(out, fmt::format("cs{}Label", number), label);
    extend(out, fmt::format("cs{}", number), text);
}

struct LineHead {
    std::string_view id;
    std::string_view host;
    std::string_view version;
    Time time;
};

std::string reminder_line(const Reminder& reminder, const LineHead& head) {
    std::string extension;
    extend(extension, "externalId", head.id);
    extend(extension, "suser", reminder.member);
    extend(extension, "end", std::to_string(reminder.at.micros / 1000));
    extend_custom(extension, 1, "what", reminder.what);
    extend_custom(extension, 2, "of", reminder.id);
    return fmt::format("<{}>1 {} {} comity - reminder - CEF:0|Comity|comity|{}|reminder|{}|{}|{}",
                       kFacility * 8 + kSyslogSeverities[0], format_time_millis(head.time), head.host,
                       head_text(head.version), head_text(reminder_title(reminder)), kCefSeverities[0],
                       extension);
}

}  // namespace

Result<std::string> syslog_message(std::string_view payload, std::string_view origin,
                                   std::string_view version) {
    COMITY_TRY(const json::Value letter, json::parse(payload));
    COMITY_TRY(json::Fields fields, json::Fields::of(letter, "letter"));
    COMITY_TRY(const std::string id, fields.text("id", 64, 64));
    COMITY_TRY(const std::string author, fields.text("author", 1, 64));
    COMITY_TRY(const std::string issued, fields.text("issued", 1, 40));
    COMITY_TRY(const Time time, parse_time(issued));
    COMITY_TRY(const std::string type, fields.text("type", 1, 40));
    const std::string host(origin.substr(0, origin.find('/')));
    if (type == kReminderLetter) {
        const json::Value* form = fields.any("reminder");
        if (form == nullptr) return invalid("letter.reminder", "is missing");
        COMITY_TRY(const Reminder reminder, parse_reminder(*form, author));
        return reminder_line(reminder, {id, host, version, time});
    }
    const json::Value* form = fields.any("alert");
    if (form == nullptr) return invalid("letter.alert", "is missing");
    COMITY_TRY(const AlertBody alert, parse_alert(*form));
    std::string values;
    std::string statements;
    for (const AlertEvidence& evidence : alert.evidence) {
        statements += (statements.empty() ? "" : " ") + evidence.statement.hex();
        for (const std::string& value : evidence.values) values += (values.empty() ? "" : " ") + value;
    }
    std::string measures;
    for (const std::string& measure : alert.measures) measures += (measures.empty() ? "" : "; ") + measure;
    std::string extension;
    extend(extension, "externalId", id);
    extend(extension, "suser", author);
    extend(extension, "end", std::to_string(time.micros / 1000));
    extend_custom(extension, 1, "rule", alert.rule);
    extend_custom(extension, 2, "values", shown(values, kMaxCefList));
    extend_custom(extension, 3, "evidence", shown(statements, kMaxCefList));
    extend(extension, "msg", measures);
    const auto severity = static_cast<std::size_t>(alert.severity);
    return fmt::format("<{}>1 {} {} comity - alert - CEF:0|Comity|comity|{}|{}|{}|{}|{}",
                       kFacility * 8 + kSyslogSeverities[severity], format_time_millis(time), host,
                       head_text(version), alert.drill ? "drill" : "alert", head_text(alert.title),
                       kCefSeverities[severity], extension);
}

}  // namespace comity::intelligence
