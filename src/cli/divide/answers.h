// What the commands of `comity divide` share: asking, and writing an answer as a table, JSON, CSV or a
// picture.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/divide/divide_source.h"
#include "development/plot/drawing.h"
#include "json/value.h"

namespace comity::cli {

// --csv and --out: how an answer is written.
struct AnswerOptions {
    bool csv = false;
    std::string out{};  // FILE.csv, .json, .svg or .png
};
// `pictures`: it can be drawn.
void add_answer_options(Command& command, AnswerOptions& options, bool pictures);

// A column: its heading, and where its cells are in a row, "theil_t_parts.between".
struct Column {
    std::string heading{};
    std::string path{};
    int digits = -1;  // after the decimal point, for people; -1: as it is
};

// Adds name=value where there is a value.
void ask_for(Asked& asked, std::string_view name, const std::string& value);
void ask_for(Asked& asked, std::string_view name, std::int64_t value, std::int64_t unset = -1);

// The rows under answer["rows"] (or another name) by the options: as JSON the whole answer, as CSV and as a
// table the columns; as a picture what `draw` makes. Written to --out, whole or not at all, where it is
// given.
using Draw = std::function<Result<development::Drawing>()>;
Result<void> write_answer(Context& context, const AnswerOptions& options, const json::Object& answer,
                          const std::vector<Column>& columns, std::string_view none, const Draw& draw = {},
                          std::string_view rows = "rows");

// A number out of a row by its path; nothing where it is null or absent.
std::optional<double> number_at(const json::Object& row, std::string_view path);
// "World Bank, edition 2024-10 (CC-BY-4.0); statement 6b1f20aa": the foot of pictures and tables.
std::string source_line(const json::Object& dataset);

}  // namespace comity::cli
