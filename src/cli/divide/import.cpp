#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/divide/commands.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/speak.h"
#include "development/import/assemble.h"
#include "development/observatory/names.h"

namespace comity::cli {

namespace {

constexpr std::size_t kMaxFigures = 600u << 20;
constexpr std::size_t kFaultsShown = 20;

struct DivideImportOptions {
    std::vector<std::string> files;
    development::DatasetBody about;
    std::int64_t revision = 0;
    std::int64_t confidence = -1;
    std::string low;
    std::string high;
    std::string place_column;
    std::string year_column;
    std::vector<std::string> value_columns;
    std::string codes = "iso";
    std::string groups;
    std::string scheme;
    bool dry_run = false;
    bool skip = false;
    AudienceOptions audience;
};

// Of a folder the datapoints of Gapminder's DDF, or else its tables.
Result<std::vector<std::string>> files_of(const DivideImportOptions& options) {
    std::vector<std::string> out;
    for (const std::string& each : options.files) {
        std::error_code none;
        if (each == "-" || !std::filesystem::is_directory(each, none)) {
            out.push_back(each);
            continue;
        }
        std::vector<std::string> points, tables;
        for (const auto& entry : std::filesystem::directory_iterator(each, none)) {
            const std::string name = entry.path().filename();
            if (name.starts_with("ddf--datapoints--")) points.push_back(entry.path());
            if (name.ends_with(".csv") && !name.starts_with("ddf--")) tables.push_back(entry.path());
        }
        auto& found = points.empty() ? tables : points;
        if (found.empty()) return not_found(fmt::format("{} holds no tables", each), "name files");
        std::ranges::sort(found);
        out.insert(out.end(), found.begin(), found.end());
    }
    return out;
}

Result<std::optional<double>> bound_of(const std::string& text, std::string_view option) {
    if (text.empty()) return std::nullopt;
    const auto read = development::read_value(text);
    if (!read || !read->value || read->below)
        return invalid(std::string(option), fmt::format("'{}' is no number", text));
    return read->value;
}

// What was understood of all files.
struct Understood {
    std::vector<development::Assembled::One> datasets;
    std::vector<development::MemberGroup> groups;
    std::vector<development::Defect> defects;
    std::vector<std::pair<std::string, std::string>> formats;  // file, format
    std::size_t aggregates = 0;
    std::size_t missing = 0;
};

Result<Understood> understand(Context& context, const DivideImportOptions& options) {
    development::ReadOptions how{.place_column = options.place_column,
                                 .year_column = options.year_column,
                                 .value_columns = options.value_columns};
    how.codes = development::parse_code_space(options.codes).value_or(development::CodeSpace::kIso);
    COMITY_TRY(const auto files, files_of(options));
    Understood out;
    for (const std::string& file : files) {
        COMITY_TRY(const std::string text, read_file(context, file, kMaxFigures));
        const std::string name =
            file == "-" ? "standard input" : std::filesystem::path(file).filename().string();
        if (!options.scheme.empty()) {
            auto found = development::assemble_groups(text, name, options.groups, how);
            out.groups.insert(out.groups.end(), found.groups.begin(), found.groups.end());
            out.defects.insert(out.defects.end(), found.defects.begin(), found.defects.end());
            continue;
        }
        const development::Reading reading = development::read_file_text(text, name, how);
        development::Assembled found = development::assemble(reading, name, options.about, how.codes);
        out.formats.emplace_back(name, to_string(reading.format));
        std::ranges::move(found.datasets, std::back_inserter(out.datasets));
        out.defects.insert(out.defects.end(), found.defects.begin(), found.defects.end());
        out.aggregates += found.aggregates;
        out.missing += found.missing;
    }
    return out;
}

json::Object dataset_form(const development::Assembled::One& one) {
    std::size_t figures = 0;
    for (const development::Series& each : one.series) figures += each.points.size();
    return {{"indicator", one.body.indicator}, {"places", one.series.size()}, {"figures", figures}};
}

void print_understood(Context& context, const Understood& understood) {
    for (std::size_t i = 0; i < std::min(understood.defects.size(), kFaultsShown); ++i)
        context.err << printable(understood.defects[i].message()) << '\n';
    if (understood.defects.size() > kFaultsShown)
        context.err << fmt::format("and {} more defects\n", understood.defects.size() - kFaultsShown);
    for (const auto& one : understood.datasets) {
        const json::Object form = dataset_form(one);
        context.err << fmt::format("{}: {} figures of {} places\n", one.body.indicator,
                                   form.at("figures").to_number<std::size_t>(), one.series.size());
    }
    if (understood.aggregates > 0)
        context.err << fmt::format("{} figures of regions and groups left out\n", understood.aggregates);
}

Result<void> check_complete(const DivideImportOptions& options, const Understood& understood) {
    if (!understood.defects.empty() && !options.skip)
        return invalid(
            understood.defects.front().line > 0
                ? fmt::format("{} line {}", understood.defects.front().file, understood.defects.front().line)
                : understood.defects.front().file,
            fmt::format("{} defects, and nothing was imported", understood.defects.size()),
            "mend them, or import the rest with --skip");
    if (understood.datasets.empty() && understood.groups.empty())
        return invalid(options.files.front(), "holds no figures",
                       "comity divide import --help says what is understood");
    return {};
}

// A statement for each dataset, checked as its reader will check it.
Result<std::vector<Saying>> sayings_of(const DivideImportOptions& options, Understood& understood) {
    COMITY_TRY(const ledger::Audience audience, audience_of(options.audience, "clear"));
    std::vector<Saying> out;
    if (!options.scheme.empty()) {
        const development::MembershipBody body{.scheme = options.scheme,
                                               .title = options.about.title,
                                               .source = options.about.source,
                                               .licence = options.about.licence,
                                               .edition = options.about.edition,
                                               .revision = options.revision,
                                               .groups = std::move(understood.groups)};
        json::Object form = development::membership_json(body);
        if (auto checked = development::parse_membership(form); !checked)
            return std::unexpected(checked.error());
        out.push_back(
            {.type = std::string(development::kMembership), .audience = audience, .body = std::move(form)});
        return out;
    }
    for (development::Assembled::One& one : understood.datasets) {
        Saying saying{.type = std::string(development::kDataset),
                      .audience = audience,
                      .body = development::dataset_json(one.body)};
        if (auto checked = development::parse_dataset(saying.body); !checked)
            return std::unexpected(checked.error());
        for (const development::Series& each : one.series)
            saying.objects.push_back(development::series_json(each));
        out.push_back(std::move(saying));
    }
    return out;
}

Result<void> import(Context& context, const DivideImportOptions& given) {
    DivideImportOptions options = given;
    options.about.revision = options.revision;
    if (options.confidence >= 0) options.about.confidence = options.confidence;
    COMITY_TRY(options.about.low, bound_of(options.low, "--low"));
    COMITY_TRY(options.about.high, bound_of(options.high, "--high"));
    if (!options.groups.empty() && options.scheme.empty())
        options.scheme = development::name_from(options.groups);
    COMITY_TRY(Understood understood, understand(context, options));
    // Two files of one indicator would replace each other.
    std::vector<std::string> names;
    for (const auto& one : understood.datasets) names.push_back(one.body.indicator);
    std::ranges::sort(names);
    if (const auto twice = std::ranges::adjacent_find(names); twice != names.end())
        return invalid("FILE", fmt::format("{} stands in two of the files", *twice),
                       "import them one by one");
    if (!context.json) print_understood(context, understood);
    json::Array defects, datasets, formats;
    for (const auto& each : understood.defects) defects.push_back(development::defect_json(each));
    for (const auto& each : understood.datasets) datasets.push_back(dataset_form(each));
    for (const auto& [file, format] : understood.formats)
        formats.push_back(json::Object{{"file", file}, {"format", format}});
    json::Object form{{"files", std::move(formats)},        {"datasets", std::move(datasets)},
                      {"groups", understood.groups.size()}, {"aggregates", understood.aggregates},
                      {"missing", understood.missing},      {"defects", std::move(defects)},
                      {"statements", json::Array{}}};
    if (options.dry_run) {
        if (context.json) print_json(context, form);
        return {};
    }
    COMITY_CHECK(check_complete(options, understood));
    COMITY_TRY(std::vector<Saying> sayings, sayings_of(options, understood));
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    for (Saying& saying : sayings) {
        COMITY_TRY(const Submitted submitted, say(context, *source, member, std::move(saying)));
        if (!context.json) print_submitted(context, submitted);
        form["statements"].as_array().emplace_back(submitted.id.hex());
    }
    if (context.json) print_json(context, form);
    return {};
}

}  // namespace

void add_divide_import(Command& divide, Context& context) {
    auto options = std::make_shared<DivideImportOptions>();
    Command command =
        divide.add_command({.name = "import",
                            .summary = "State figures, or groups of places, from a source's files",
                            .description = "FILE is told by what it holds: a table with a column for the "
                                           "place, one for the year and others for "
                                           "values (Gapminder's DDF too, of which a folder may be named); a "
                                           "table with a column for each year (the "
                                           "World Bank's files); SDMX-CSV; an answer of the World Bank's API "
                                           "or of ITU's DataHub, as a file. Each "
                                           "indicator becomes a signed statement of its source, licence, "
                                           "edition and unit, with a series for each "
                                           "place.\n\n"
                                           "Defects (a year that can't be, a value beyond --low and --high, "
                                           "an unknown place, a cell that stands "
                                           "there twice, bytes that are no UTF-8) are listed with file, line "
                                           "and what to do, and nothing is imported "
                                           "then; --skip leaves the defective cells out. Figures of regions "
                                           "and income groups are left out.\n\n"
                                           "With --groups COLUMN or --scheme it is memberships that are "
                                           "stated: a table with the columns group, "
                                           "place, from and to, or one whose COLUMN says the group of each "
                                           "place, year by year where there is a year.",
                            .examples = {{"comity divide import internet_users.csv --source wdi --publisher "
                                          "\"World Bank\" --licence CC-BY-4.0 "
                                          "--edition 2024-10 --unit \"% of population\" --low 0 --high 100",
                                          ""},
                                         {"comity divide import ilevels4_wb.csv --groups ilevels4_wb "
                                          "--scheme wb-income --source \"World Bank\" "
                                          "--edition 2024",
                                          "income groups, as intervals of years"},
                                         {"comity divide import factbook.csv --value-column "
                                          "internet_users_pct --year-column internet_year "
                                          "--place-column iso3 --indicator internet_users --source factbook "
                                          "--licence CC0-1.0 --edition 2024 --unit %",
                                          "a second source: kept beside the first"}}});
    command.add_option("FILE", options->files, "Files, folders, or - for standard input").required();
    command.add_option("--source", options->about.source, "Whose figures they are")
        .required()
        .type_name("NAME");
    command.add_option("--publisher", options->about.publisher, "Its name in full").type_name("TEXT");
    command.add_option("--licence", options->about.licence, "Under which licence; needed of figures")
        .type_name("NAME");
    command.add_option("--edition", options->about.edition, "Which edition of the source")
        .required()
        .type_name("TEXT");
    command.add_option("--revision", options->revision, "Of the edition, where it is stated again")
        .range(0, 1'000'000);
    command.add_option("--indicator", options->about.indicator, "What it measures; else as the file says")
        .type_name("NAME");
    command.add_option("--title", options->about.title, "The same for people").type_name("TEXT");
    command.add_option("--unit", options->about.unit, "Of the values; needed where the file does not say")
        .type_name("TEXT");
    command.add_option("--confidence", options->confidence, "How far it is to be believed").range(0, 100);
    command.add_option("--url", options->about.url, "Where it is from").type_name("URL");
    command.add_option("--note", options->about.note, "What a reader should know").type_name("TEXT");
    command.add_option("--low", options->low, "The least that the figure can be").type_name("X");
    command.add_option("--high", options->high, "The most that the figure can be").type_name("X");
    command.add_option("--place-column", options->place_column, "The column of the place").type_name("NAME");
    command.add_option("--year-column", options->year_column, "The column of the year").type_name("NAME");
    command.add_option("--value-column", options->value_columns, "A column of values (repeat)")
        .type_name("NAME");
    command.add_option("--codes", options->codes, "Which codes name places; default: iso")
        .one_of({"iso", "gec", "name"});
    command.add_option("--groups", options->groups, "The column that says the group of each place")
        .type_name("COLUMN");
    command.add_option("--scheme", options->scheme, "What the grouping is called").type_name("NAME");
    command.add_flag("--dry-run", options->dry_run, "Say what is understood, and state nothing");
    command.add_flag("--skip", options->skip, "Leave defective cells out, and import the rest");
    add_audience_options(command, options->audience);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return import(c, *options); });
}

}  // namespace comity::cli
