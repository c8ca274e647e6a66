#include "cli/divide/answers.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/files.h"
#include "cli/forms.h"
#include "cli/output.h"

namespace comity::cli {

namespace {

const json::Value* value_at(const json::Object& row, std::string_view path) {
    const std::size_t dot = path.find('.');
    const json::Value* value = row.if_contains(path.substr(0, dot));
    if (value == nullptr || dot == std::string_view::npos) return value;
    return value->is_object() ? value_at(value->get_object(), path.substr(dot + 1)) : nullptr;
}

// As programs read it: digits that read back the same; empty for null; lists parted by spaces.
std::string exact(const json::Value* value) {
    if (value == nullptr || value->is_null()) return {};
    if (value->is_string()) return std::string(value->get_string());
    if (value->is_double()) return fmt::format("{}", value->get_double());
    if (value->is_array()) {
        std::string out;
        for (const json::Value& each : value->get_array()) out += (out.empty() ? "" : " ") + exact(&each);
        return out;
    }
    return json::write(*value);
}

std::string rounded(const json::Value* value, int digits) {
    if (value == nullptr || value->is_null()) return "-";
    if (digits >= 0 && value->is_number()) return fmt::format("{:.{}f}", value->to_number<double>(), digits);
    return exact(value);
}

std::string csv_cell(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string out = "\"";
    for (const char c : text) out.append(c == '"' ? "\"\"" : std::string(1, c));
    return out + "\"";
}

std::string csv_of(const json::Array& rows, const std::vector<Column>& columns) {
    std::string out;
    for (std::size_t i = 0; i < columns.size(); ++i) out.append(i == 0 ? "" : ",").append(columns[i].path);
    out += '\n';
    for (const json::Value& row : rows) {
        for (std::size_t i = 0; i < columns.size(); ++i)
            out.append(i == 0 ? "" : ",").append(csv_cell(exact(value_at(row.as_object(), columns[i].path))));
        out += '\n';
    }
    return out;
}

}  // namespace

void add_answer_options(Command& command, AnswerOptions& options, bool pictures) {
    command.add_flag("--csv", options.csv, "Print CSV, with all digits");
    command
        .add_option("--out", options.out,
                    pictures ? "Write it into a file instead, by its ending: .csv, .json, .svg or .png"
                             : "Write it into a file instead, by its ending: .csv or .json")
        .type_name("FILE");
}

void ask_for(Asked& asked, std::string_view name, const std::string& value) {
    if (!value.empty()) asked.emplace_back(name, value);
}

void ask_for(Asked& asked, std::string_view name, std::int64_t value, std::int64_t unset) {
    if (value != unset) asked.emplace_back(name, std::to_string(value));
}

std::optional<double> number_at(const json::Object& row, std::string_view path) {
    const json::Value* value = value_at(row, path);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    return value->to_number<double>();
}

std::string source_line(const json::Object& dataset) {
    return fmt::format("{}, edition {} ({}); statement {}", field(dataset, "source"),
                       field(dataset, "edition"), field(dataset, "licence"),
                       field(dataset, "statement").substr(0, 16));
}

Result<void> write_answer(Context& context, const AnswerOptions& options, const json::Object& answer,
                          const std::vector<Column>& columns, std::string_view none, const Draw& draw,
                          std::string_view rows) {
    const json::Value* list = answer.if_contains(rows);
    if (list == nullptr || !list->is_array()) return invalid("answer", "has no rows", "is it a Comity node?");
    const json::Array& array = list->get_array();
    if (!options.out.empty()) {
        std::string text;
        if (options.out.ends_with(".csv")) {
            text = csv_of(array, columns);
        } else if (options.out.ends_with(".json")) {
            text = json::write(answer) + "\n";
        } else if (draw && options.out.ends_with(".svg")) {
            COMITY_TRY(const development::Drawing drawing, draw());
            text = development::write_svg(drawing);
        } else if (draw && options.out.ends_with(".png")) {
            COMITY_TRY(const development::Drawing drawing, draw());
            COMITY_TRY(text, development::write_png(drawing));
        } else {
            return invalid("--out",
                           fmt::format("'{}' has an ending that it can't be written as", options.out),
                           draw ? "end it in .csv, .json, .svg or .png" : "end it in .csv or .json");
        }
        return write_file(context, options.out, text, true);
    }
    if (options.csv) {
        context.out << csv_of(array, columns);
        return {};
    }
    if (context.json) {
        print_json(context, answer);
        return {};
    }
    std::vector<std::string> heading;
    for (const Column& each : columns) heading.push_back(each.heading);
    std::vector<std::vector<std::string>> cells;
    for (const json::Value& row : array) {
        std::vector<std::string>& line = cells.emplace_back();
        for (const Column& each : columns)
            line.push_back(rounded(value_at(row.as_object(), each.path), each.digits));
    }
    print_table(context, heading, cells, none);
    return {};
}

}  // namespace comity::cli
