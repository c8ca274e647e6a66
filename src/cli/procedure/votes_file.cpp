#include "cli/procedure/votes_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "json/fields.h"

namespace comity::cli {
namespace {

using governance::Choice;
using governance::Elector;
using governance::Procedure;

constexpr std::size_t kMaxRows = 1'000'000;

// One row as it stands in either form.
struct Row {
    std::string voter, vote, house, stakeholder_class, reasoned, objection, recused;
    std::map<std::string, std::string, std::less<>> weights;
};

Result<bool> truth(const std::string& text, bool otherwise, const std::string& where) {
    if (text.empty()) return otherwise;
    if (text == "yes" || text == "true" || text == "1") return true;
    if (text == "no" || text == "false" || text == "0") return false;
    return invalid(where, fmt::format("\"{}\" is neither yes nor no", text));
}

Result<std::uint32_t> houses_of(const Row& row, const Procedure& procedure, const std::string& where) {
    std::uint32_t houses = 0;
    if (!row.house.empty()) {
        std::string_view rest = row.house;
        while (!rest.empty()) {  // "permanent;elected"
            const std::size_t end = std::min(rest.find(';'), rest.size());
            const int house = procedure.house(rest.substr(0, end));
            if (house < 0) {
                return invalid(where + "house",
                               fmt::format("{} has no house \"{}\"", procedure.id, rest.substr(0, end)));
            }
            houses |= 1u << static_cast<unsigned>(house);
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        return houses;
    }
    ledger::StakeholderClass stakeholder_class = ledger::StakeholderClass::kCitizen;
    if (!row.stakeholder_class.empty()) {
        COMITY_TRY(stakeholder_class,
                   ledger::parse_stakeholder_class(row.stakeholder_class, where + "class"));
    }
    for (std::size_t i = 0; i < procedure.houses.size(); ++i) {
        governance::Selector who = procedure.houses[i].who;
        if (row.stakeholder_class.empty()) who.classes.clear();
        if (who.takes(row.voter, stakeholder_class, {})) houses |= 1u << i;
    }
    return houses;
}

Result<Elector> elector_of(const Row& row, const Procedure& procedure, const std::string& where) {
    Elector elector;
    if (row.voter.empty() || row.voter.size() > 200)
        return invalid(where + "voter", "must have 1 to 200 bytes");
    elector.id = row.voter;
    COMITY_TRY(elector.choice, governance::parse_choice(row.vote, where + "vote"));
    COMITY_TRY(elector.houses, houses_of(row, procedure, where));
    COMITY_TRY(elector.reasoned, truth(row.reasoned, true, where + "reasoned"));
    COMITY_TRY(elector.recused, truth(row.recused, false, where + "recused"));
    elector.objects = row.objection == "sustained" || row.objection == "answered";
    elector.addressed = row.objection == "answered";
    if (!elector.objects && !row.objection.empty())
        return invalid(where + "objection",
                       fmt::format("\"{}\" is neither sustained nor answered", row.objection));
    for (const governance::WeightTable& table : procedure.weights) {
        std::int64_t weight = 0;
        if (const auto given = row.weights.find(table.id);
            given != row.weights.end() && !given->second.empty()) {
            const std::string& text = given->second;
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
            if (error != std::errc{} || end != text.data() + text.size() || weight < 0)
                return invalid(where + table.id, fmt::format("\"{}\" is no weight", text),
                               "give a number, 0 or more");
        } else if (const auto known = table.find(row.voter)) {
            weight = *known;
        } else {
            return invalid(where + table.id, fmt::format("'{}' has no weight", row.voter),
                           fmt::format("give a column {}, or a row in the procedure's table", table.id));
        }
        elector.weights.push_back(weight);
    }
    return elector;
}

// The cells of a CSV line (RFC 4180, without line feeds in cells).
Result<std::vector<std::string>> cells_of(std::string_view line, std::size_t number) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
            cells.back() += '"';
            ++i;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            cells.emplace_back();
        } else {
            cells.back() += c;
        }
    }
    if (quoted) return invalid(fmt::format("line {}", number), "a quotation mark is not closed");
    return cells;
}

Result<void> put(Row& row, const std::string& column, std::string cell, const Procedure& procedure) {
    if (column == "voter")
        row.voter = std::move(cell);
    else if (column == "vote")
        row.vote = std::move(cell);
    else if (column == "house")
        row.house = std::move(cell);
    else if (column == "class")
        row.stakeholder_class = std::move(cell);
    else if (column == "reasoned")
        row.reasoned = std::move(cell);
    else if (column == "objection")
        row.objection = std::move(cell);
    else if (column == "recused")
        row.recused = std::move(cell);
    else if (procedure.weight(column) >= 0)
        row.weights[column] = std::move(cell);
    else
        return invalid(
            "line 1", fmt::format("\"{}\" is no column", column),
            "use voter, vote, house, class, reasoned, objection, recused, or the id of a weight table");
    return {};
}

Result<VotesFile> parse_csv(std::string_view text, const Procedure& procedure) {
    VotesFile file;
    std::vector<std::string> heading;
    std::size_t number = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        ++number;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty()) continue;
        COMITY_TRY(std::vector<std::string> cells, cells_of(line, number));
        if (heading.empty()) {
            heading = std::move(cells);
            for (const char* needed : {"voter", "vote"}) {
                if (std::ranges::find(heading, needed) == heading.end())
                    return invalid("line 1", fmt::format("has no column \"{}\"", needed),
                                   "begin with: voter,vote");
            }
            continue;
        }
        if (cells.size() != heading.size()) {
            return invalid(fmt::format("line {}", number),
                           fmt::format("has {} cells, the heading {}", cells.size(), heading.size()));
        }
        Row row;
        for (std::size_t i = 0; i < cells.size(); ++i)
            COMITY_CHECK(put(row, heading[i], std::move(cells[i]), procedure));
        if (file.electors.size() == kMaxRows)
            return too_large("votes", fmt::format("are more than {}", kMaxRows));
        COMITY_TRY(file.electors.emplace_back(),
                   elector_of(row, procedure, fmt::format("line {}: ", number)));
    }
    return file;
}

Result<Row> json_row(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    Row row;
    COMITY_TRY(row.voter, fields.text("voter", 1, 200));
    COMITY_TRY(row.vote, fields.text("vote", 1, 20));
    const auto optional = [&](std::string_view name, std::string& into) -> Result<void> {
        COMITY_TRY(auto text, fields.optional_text(name, 0, 2000));
        into = text.value_or("");
        return {};
    };
    COMITY_CHECK(optional("house", row.house));
    COMITY_CHECK(optional("class", row.stakeholder_class));
    COMITY_CHECK(optional("objection", row.objection));
    COMITY_TRY(const bool reasoned, fields.boolean("reasoned", true));
    COMITY_TRY(const bool recused, fields.boolean("recused", false));
    row.reasoned = reasoned ? "yes" : "no";
    row.recused = recused ? "yes" : "no";
    COMITY_TRY(const json::Object* weights, fields.optional_object("weights"));
    if (weights != nullptr) {
        for (const auto& one : *weights) row.weights[std::string(one.key())] = json::write(one.value());
    }
    COMITY_CHECK(fields.nothing_else());
    return row;
}

// {"house","yes","no","abstain","attending","absent"}: so many voters without names.
Result<void> add_counts(const json::Value& value, const std::string& path, const Procedure& procedure,
                        std::vector<Elector>& electors) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    Row row;
    COMITY_TRY(const auto house, fields.optional_text("house", 1, 64));
    row.house = house.value_or("");
    if (!procedure.weights.empty())
        return invalid(path, "has no weights", "name the voters one by one: the procedure weighs them");
    for (const Choice choice :
         {Choice::kYes, Choice::kNo, Choice::kAbstain, Choice::kAttending, Choice::kAbsent}) {
        const std::string_view name = to_string(choice);
        row.vote = name;
        COMITY_TRY(const auto count, fields.optional_integer(name, 0, static_cast<std::int64_t>(kMaxRows)));
        for (std::int64_t i = 0; i < count.value_or(0); ++i) {
            if (electors.size() == kMaxRows)
                return too_large("votes", fmt::format("are more than {}", kMaxRows));
            row.voter = fmt::format("#{}", electors.size() + 1);
            COMITY_TRY(electors.emplace_back(), elector_of(row, procedure, path + "."));
        }
    }
    return fields.nothing_else();
}

Result<VotesFile> parse_json(std::string_view text, const Procedure& procedure) {
    COMITY_TRY(const json::Value value, json::parse(text));
    COMITY_TRY(json::Fields fields, json::Fields::of(value, ""));
    VotesFile file;
    COMITY_TRY(const json::Array* votes, fields.optional_array("votes", 0, kMaxRows));
    for (std::size_t i = 0; votes != nullptr && i < votes->size(); ++i) {
        const std::string path = fmt::format("votes[{}]", i);
        COMITY_TRY(const Row row, json_row((*votes)[i], path));
        COMITY_TRY(file.electors.emplace_back(), elector_of(row, procedure, path + "."));
    }
    COMITY_TRY(const json::Array* counts, fields.optional_array("counts", 0, 100));
    for (std::size_t i = 0; counts != nullptr && i < counts->size(); ++i)
        COMITY_CHECK(add_counts((*counts)[i], fmt::format("counts[{}]", i), procedure, file.electors));
    const json::Value* parameters = fields.any("parameters");
    if (parameters != nullptr) {
        COMITY_TRY(json::Fields inner, json::Fields::of(*parameters, "parameters"));
        for (const auto& one : parameters->as_object()) {
            COMITY_TRY(file.circumstances.parameters[std::string(one.key())],
                       inner.integer(one.key(), 0, governance::kMaxSum));
        }
    }
    const json::Value* earlier = fields.any("earlier");
    if (earlier != nullptr) {
        COMITY_TRY(json::Fields inner, json::Fields::of(*earlier, "earlier"));
        for (const auto& one : earlier->as_object()) {
            COMITY_TRY(file.circumstances.earlier[std::string(one.key())], inner.boolean(one.key()));
        }
    }
    COMITY_TRY(const auto declared, fields.optional_texts("declared", 20));
    for (const std::string& name : declared) file.circumstances.declarations[name] = true;
    COMITY_TRY(const auto round, fields.optional_integer("round", 1, 10));
    file.circumstances.round = round.value_or(1);
    COMITY_CHECK(fields.nothing_else());
    return file;
}

// Members that the procedure itself names, and that did nothing.
void add_absent(const Procedure& procedure, std::vector<Elector>& electors) {
    std::set<std::string, std::less<>> there;
    for (const Elector& elector : electors) there.insert(elector.id);
    for (const std::string& member : procedure.electorate.members) {
        if (there.contains(member) || electors.empty() || electors.front().id.starts_with('#')) continue;
        Elector elector;
        elector.id = member;
        elector.houses = procedure.houses_of(member, ledger::StakeholderClass::kCitizen, {});
        for (const governance::WeightTable& table : procedure.weights)
            elector.weights.push_back(table.find(member).value_or(0));
        electors.push_back(std::move(elector));
    }
}

}  // namespace

Result<VotesFile> parse_votes(std::string_view text, const Procedure& procedure) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const bool is_json = first != std::string_view::npos && text[first] == '{';
    COMITY_TRY(VotesFile file, is_json ? parse_json(text, procedure) : parse_csv(text, procedure));
    add_absent(procedure, file.electors);
    return file;
}

}  // namespace comity::cli
