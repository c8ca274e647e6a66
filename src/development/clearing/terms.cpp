#include "development/clearing/terms.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/time.h"
#include "development/observatory/names.h"
#include "ledger/statement.h"

namespace comity::development {
namespace {

constexpr std::int64_t kSecondsADay = 86'400;
constexpr std::size_t kMaxRef = 129;
constexpr std::size_t kMaxTexts = 50;
constexpr std::size_t kMaxTermText = 300;
constexpr double kMostGiven = 1e15;
constexpr std::int64_t kMostRevisions = 1'000'000;

}  // namespace

bool is_over_time(std::string_view kind) {
    return kind == "services" || kind == "training";
}

std::string_view author_of(std::string_view ref) {
    return ref.substr(0, ref.find('/'));
}
std::string_view name_in(std::string_view ref) {
    const std::size_t slash = ref.find('/');
    return slash == std::string_view::npos ? std::string_view() : ref.substr(slash + 1);
}

Result<void> check_ref(std::string_view ref, std::string where) {
    if (ref.find('/') == std::string_view::npos)
        return invalid(std::move(where), fmt::format("'{}' names no member", shown(ref, kMaxRef)),
                       "write member/name");
    COMITY_CHECK(ledger::check_member_id(author_of(ref), where));
    return check_name(name_in(ref), std::move(where));
}

Result<std::string> ref_of(json::Fields& fields, std::string_view name) {
    COMITY_TRY(std::string ref, fields.text(name, 1, kMaxRef));
    COMITY_CHECK(check_ref(ref, fields.path(name)));
    return ref;
}

Result<Day> parse_day(std::string_view text, std::string where) {
    const auto time = parse_time(std::string(text) + "T00:00:00Z");
    if (!time || text.size() != 10)
        return invalid(std::move(where), fmt::format("'{}' is no day", shown(text, 40)), "write 2027-03-01");
    return time->seconds() / kSecondsADay - (time->seconds() % kSecondsADay < 0 ? 1 : 0);
}
std::string day_text(Day day) {
    return format_time_millis(Time::from_seconds(day * kSecondsADay)).substr(0, 10);
}
Result<Day> day_of(json::Fields& fields, std::string_view name) {
    COMITY_TRY(const std::string text, fields.text(name, 1, 40));
    return parse_day(text, fields.path(name));
}
int year_of(Day day) {
    return std::stoi(day_text(day).substr(0, 4));
}

Result<Period> period_of(json::Fields& fields, std::string_view name) {
    COMITY_TRY(json::Fields inner, inside(fields, name));
    Period period;
    COMITY_TRY(period.from, day_of(inner, "from"));
    COMITY_TRY(period.to, day_of(inner, "to"));
    COMITY_CHECK(inner.nothing_else());
    if (period.to < period.from)
        return invalid(inner.path("to"),
                       fmt::format("{} is before {}", day_text(period.to), day_text(period.from)));
    return period;
}
json::Object period_json(const Period& period) {
    return {{"from", day_text(period.from)}, {"to", day_text(period.to)}};
}
Day shared_days(const Period& a, const Period& b) {
    return std::max<Day>(0, std::min(a.to, b.to) - std::max(a.from, b.from) + 1);
}

Result<json::Fields> inside(json::Fields& fields, std::string_view name) {
    const json::Value* value = fields.any(name);
    if (value == nullptr) return invalid(fields.path(name), "is missing");
    return json::Fields::of(*value, fields.path(name));
}

Result<double> amount_of(json::Fields& fields, std::string_view name) {
    const json::Value* value = fields.any(name);
    if (value == nullptr) return invalid(fields.path(name), "is missing");
    if (!value->is_number()) return invalid(fields.path(name), "is no number");
    const auto amount = value->to_number<double>();
    if (!(amount > 0 && amount <= kMostGiven))
        return invalid(fields.path(name), fmt::format("{} is not above 0 and at most 1e15", amount));
    return amount;
}

Result<std::int64_t> revision_of(json::Fields& fields) {
    COMITY_TRY(const auto revision, fields.optional_integer("revision", 0, kMostRevisions));
    return revision.value_or(0);
}

Result<std::string> text_or_none(json::Fields& fields, std::string_view name, std::size_t max) {
    COMITY_TRY(auto text, fields.optional_text(name, 1, max));
    return std::move(text).value_or("");
}

Result<std::vector<std::string>> texts_of(json::Fields& fields, std::string_view name) {
    COMITY_TRY(std::vector<std::string> texts, fields.optional_texts(name, kMaxTexts));
    for (std::size_t i = 0; i < texts.size(); ++i)
        if (texts[i].empty() || texts[i].size() > kMaxTermText)
            return invalid(fmt::format("{}[{}]", fields.path(name), i), "has not 1 to 300 bytes");
    return texts;
}

Result<std::vector<std::string>> names_of(json::Fields& fields, std::string_view name) {
    COMITY_TRY(std::vector<std::string> names, fields.optional_texts(name, kMaxTexts));
    for (std::size_t i = 0; i < names.size(); ++i)
        COMITY_CHECK(check_name(names[i], fmt::format("{}[{}]", fields.path(name), i)));
    std::ranges::sort(names);
    const auto rest = std::ranges::unique(names);
    names.erase(rest.begin(), rest.end());
    return names;
}

}  // namespace comity::development
