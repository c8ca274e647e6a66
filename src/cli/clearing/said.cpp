#include "cli/clearing/said.h"

#include <fmt/format.h>

#include <charconv>

#include "cli/forms.h"
#include "json/number.h"
#include "json/words.h"

namespace comity::cli {

Result<double> amount_option(const std::string& text, std::string_view option) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !(value > 0))
        return invalid(std::string(option), fmt::format("'{}' is no number above 0", text));
    return value;
}

Result<std::vector<std::string>> parted(const std::string& text, std::size_t parts, std::string_view option,
                                        std::string_view form) {
    std::vector<std::string> out;
    std::size_t from = 0;
    while (out.size() + 1 < parts) {
        const std::size_t equal = text.find('=', from);
        if (equal == std::string::npos) break;
        out.push_back(text.substr(from, equal - from));
        from = equal + 1;
    }
    out.push_back(text.substr(from));
    if (out.size() != parts)
        return invalid(std::string(option), fmt::format("'{}' is not complete", text),
                       fmt::format("write {}", form));
    return out;
}

void add_term_options(Command& command, TermOptions& options, bool subject_required) {
    command.add_option("--title", options.title, "In words").required();
    command.add_option("--kind", options.kind, "What it is")
        .required()
        .one_of({"infrastructure", "technology", "equipment", "services", "training", "funding"});
    auto subject = command.add_option("--subject", options.subject,
                                      subject_required ? "Which of the kind: a name that offers share"
                                                       : "Which of the kind; else any of it");
    subject.type_name("NAME");
    if (subject_required) subject.required();
    command.add_option("--amount", options.amount, "How much").required().type_name("N");
    command.add_option("--unit", options.unit, "Of what: piece, seat, day, USD").required();
    command.add_option("--from", options.from, "The first day").required().type_name("DAY");
    command.add_option("--until", options.to, "The last day").required().type_name("DAY");
    command.add_option("--condition", options.conditions, "A condition, in words (repeat)");
    command.add_option("--standard", options.standards, "A standard that it keeps to (repeat)")
        .type_name("NAME");
    command.add_option("--note", options.note, "What else there is to say");
}

Result<void> put_terms(json::Object& body, const TermOptions& options) {
    body["title"] = options.title;
    body["kind"] = options.kind;
    if (!options.subject.empty()) body["subject"] = options.subject;
    COMITY_TRY(const double amount, amount_option(options.amount, "--amount"));
    body["amount"] = json::number(amount);
    body["unit"] = options.unit;
    body["period"] = json::Object{{"from", options.from}, {"to", options.to}};
    if (!options.conditions.empty()) body["conditions"] = json::array_of(options.conditions);
    if (!options.standards.empty()) body["standards"] = json::array_of(options.standards);
    if (!options.note.empty()) body["note"] = options.note;
    return {};
}

std::string own_ref(const std::string& member, const std::string& name) {
    return name.find('/') == std::string::npos ? member + "/" + name : name;
}

Result<std::int64_t> next_revision(Source& source, std::string_view of, const std::string& ref) {
    COMITY_TRY(const json::Object last,
               ask_clearing(source, "revision", {{"of", std::string(of)}, {"ref", ref}}));
    const json::Value& revision = last.at("revision");
    return revision.is_null() ? 0 : revision.to_number<std::int64_t>() + 1;
}

Result<ledger::Audience> audience_of_statement(Source& source, const std::string& id) {
    COMITY_TRY(const json::Object kept, source.statement(id));
    return ledger::parse_audience(kept.at("statement").at("audience"), "audience");
}

Result<ledger::Audience> audience_after(Source& source, const AudienceOptions& options,
                                        const std::string& id) {
    if (options.tlp.empty() && options.members.empty() && options.groups.empty() && options.persons.empty())
        return audience_of_statement(source, id);
    return audience_of(options, "clear");
}

Result<void> withdraw_and_print(Context& context, std::string_view of, const std::string& name,
                                const std::string& reason) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    const std::string ref = own_ref(member, name);
    if (!ref.starts_with(member + "/"))
        return refused(ref, "is another member's", "only its own member takes it back");
    COMITY_TRY(const json::Object last,
               ask_clearing(*source, "revision", {{"of", std::string(of)}, {"ref", ref}}));
    if (last.at("revision").is_null() || last.at("withdrawn").as_bool())
        return not_found(fmt::format("there is no {} {}", of, ref));
    json::Object body{{"id", ref.substr(member.size() + 1)},
                      {"revision", last.at("revision").to_number<std::int64_t>() + 1},
                      {"withdrawn", true}};
    if (!reason.empty()) body["reason"] = reason;
    COMITY_TRY(ledger::Audience audience, audience_of_statement(*source, field(last, "statement")));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = fmt::format("development.{}", of),
                                               .audience = std::move(audience),
                                               .body = std::move(body)}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace comity::cli
