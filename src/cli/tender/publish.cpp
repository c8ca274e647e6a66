#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/divide/divide_source.h"
#include "cli/files.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/speak.h"
#include "cli/tender/commands.h"
#include "cli/tender/files.h"
#include "development/tender/bodies.h"

namespace comity::cli {

namespace {

struct TenderPublishOptions {
    std::vector<std::string> files;
    AudienceOptions audience;
};

// All that is in the files, or nothing: who publishes mends first.
Result<void> publish(Context& context, const TenderPublishOptions& options) {
    COMITY_TRY(const development::ReadReleases read, read_tenders(context, options.files));
    if (!read.defects.empty()) {
        print_defects(context, read);
        const development::ReleaseDefect& first = read.defects.front();
        return invalid(fmt::format("{} line {}: {}", first.file, first.line, first.where), first.what,
                       first.mend);
    }
    if (read.processes.empty())
        return not_found("there is no release in these files", "name a release or a package of releases");
    std::vector<json::Object> bodies;
    for (const auto& [ocid, releases] : read.processes) {
        for (const json::Value& release : releases) {
            json::Object body{{"release", release}};
            if (auto checked = development::parse_release_body(body); !checked)
                return within(ocid, checked.error());
            bodies.push_back(std::move(body));
        }
    }
    COMITY_TRY(const ledger::Audience audience, audience_of(options.audience, "clear"));
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    for (json::Object& body : bodies) {
        COMITY_TRY(
            const Submitted submitted,
            say(context, *source, member,
                {.type = std::string(development::kRelease), .audience = audience, .body = std::move(body)}));
        print_submitted(context, submitted);
    }
    return {};
}

std::string value_text(const json::Object& row) {
    const json::Value& value = row.at("value");
    if (!value.is_object()) return "";
    return field(value.get_object(), "amount") + " " + field(value.get_object(), "currency");
}

std::string list_text(const json::Value& list) {
    std::string out;
    for (const json::Value& each : list.as_array())
        out.append(out.empty() ? "" : " ").append(std::string_view(each.as_string()));
    return out;
}

struct TenderListOptions {
    std::string member, flag;
};

Result<void> list(Context& context, const TenderListOptions& options) {
    Asked asked;
    if (!options.member.empty()) asked.emplace_back("member", options.member);
    if (!options.flag.empty()) asked.emplace_back("flag", options.flag);
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object answer, ask_market(*source, "tenders", asked));
    if (context.json) {
        print_json(context, answer);
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& each : answer.at("rows").as_array()) {
        const json::Object& row = each.as_object();
        rows.push_back({field(row, "process"), field(row, "status"), value_text(row),
                        list_text(row.at("last").at("tag")), list_text(row.at("flags")),
                        field(row, "title")});
    }
    print_table(context, {"PROCESS", "STATUS", "VALUE", "LAST", "FLAGS", "TITLE"}, rows, "No processes.");
    rows.clear();
    const auto add_calls = [&](const json::Value& calls) {
        for (const json::Value& call : calls.as_array())
            rows.push_back({field(call.as_object(), "ref"), field(call.as_object(), "deadline"),
                            field(call.as_object(), "open_by"), field(call.as_object(), "title")});
    };
    for (const json::Value& each : answer.at("rows").as_array()) add_calls(each.at("calls"));
    add_calls(answer.at("calls"));
    if (!rows.empty()) {
        context.out << '\n';
        print_table(context, {"CALL", "DEADLINE", "OPENED BY", "TITLE"}, rows, "");
    }
    return {};
}

Result<void> show_process(Context& context, const std::string& ref) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object answer, ask_market(*source, "tender", {{"process", ref}}));
    if (context.json) {
        print_json(context, answer);
        return {};
    }
    print_fields(context, {{"process", field(answer, "process")},
                           {"title", field(answer, "title")},
                           {"status", field(answer, "status")},
                           {"value", value_text(answer)}});
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& each : answer.at("releases").as_array()) {
        const json::Object& row = each.as_object();
        rows.push_back({list_text(row.at("tag")), field(row, "date"), field(row, "witnessed"),
                        row.at("doubled").as_bool()     ? "the id is taken"
                        : row.at("backdated").as_bool() ? "dated before what was known"
                                                        : "",
                        field(row, "statement").substr(0, 12)});
    }
    context.out << '\n';
    print_table(context, {"RELEASE", "DATE", "WITNESSED", "", "STATEMENT"}, rows, "");
    for (const json::Value& each : answer.at("flags").as_array()) {
        const json::Object& flag = each.as_object();
        context.out << fmt::format("\n{} {} ({} {}): {}\n    {}; {:.4g}, told of {}\n", field(flag, "flag"),
                                   field(flag, "title"), field(flag, "about"), printable(field(flag, "id")),
                                   field(flag, "question"), field(flag, "method"),
                                   flag.at("value").to_number<double>(), field(flag, "compared"));
        for (const json::Value& reply : flag.at("replies").as_array())
            context.out << fmt::format("    {} ({}) replies: {}\n", field(reply.as_object(), "author"),
                                       field(reply.as_object(), "role"),
                                       printable(field(reply.as_object(), "text")));
    }
    return {};
}

}  // namespace

void add_tender_publish(Command& tender, Context& context) {
    auto options = std::make_shared<TenderPublishOptions>();
    Command command = tender.add_command(
        {.name = "publish",
         .summary = "Publish releases of one's contracting processes",
         .description =
             std::string(kTenderFiles) +
             "\n\nEach release (planning, tender, award, contract, implementation) becomes a signed "
             "statement. A process is its publisher's: what others publish under its ocid is theirs. "
             "Nothing is published where anything is defective.",
         .examples = {{"comity tender publish tender.json --as cert-rw", ""}}});
    command.add_option("FILE", options->files, "Files, folders, or - for standard input").required();
    add_audience_options(command, options->audience);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return publish(c, *options); });
}

void add_tender_list(Command& tender, Context& context) {
    auto options = std::make_shared<TenderListOptions>();
    Command command = tender.add_command({.name = "list",
                                          .summary = "List contracting processes and calls for bids",
                                          .description = "",
                                          .examples = {{"comity tender list --flag R018", ""}}});
    command.add_option("--member", options->member, "Only this member's").type_name("ID");
    command.add_option("--flag", options->flag, "Only those with this red flag").type_name("CODE");
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return list(c, *options); });
}

void add_tender_show(Command& tender, Context& context) {
    auto ref = std::make_shared<std::string>();
    Command command = tender.add_command(
        {.name = "show",
         .summary = "Show a process with its releases, red flags and what those concerned reply",
         .description = "With --json the compiled release too.",
         .examples = {{"comity tender show cert-rw/ocds-213czf-1", ""}}});
    command.add_option("PROCESS", *ref, "member/ocid").required();
    add_reading_options(command, context);
    command.on_run(context, [ref](Context& c) { return show_process(c, *ref); });
}

}  // namespace comity::cli
