#include "development/import/reading.h"

#include <fmt/format.h>

#include <algorithm>

#include "development/import/table.h"

namespace comity::development {
namespace {

bool is_year(std::string_view text) {
    // "1960", and DataBank's "1960 [YR1960]".
    if (text.size() > 4 && text[4] == ' ' && text.find("[YR") != std::string_view::npos)
        text = text.substr(0, 4);
    return text.size() == 4 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Defect no_column(const Table& table, const std::string& file, std::string_view what,
                 std::string_view option) {
    return {DefectKind::kMissingColumn, file, 1,
            fmt::format("no column tells the {}: there are {}", what, fmt::join(table.header, ", ")),
            fmt::format("name it: {}", option)};
}

// SDMX's code list CL_OBS_STATUS.
std::string sdmx_status(std::string_view code) {
    if (code == "E" || code == "I") return "estimated";
    if (code == "P") return "provisional";
    if (code == "F") return "projected";
    return {};
}

void read_sdmx(const Table& table, const std::string& file, Reading& into) {
    into.format = FileFormat::kSdmxCsv;
    const std::size_t place = column_of(table, "REF_AREA");
    const std::size_t year = column_of(table, "TIME_PERIOD");
    const std::size_t value = column_of(table, "OBS_VALUE");
    const std::size_t indicator = column_of(table, {"INDICATOR", "SERIES", "STRUCTURE_ID", "DATAFLOW"});
    const std::size_t status = column_of(table, "OBS_STATUS");
    const std::size_t unit = column_of(table, {"UNIT_MEASURE", "UNIT"});
    const std::size_t action = column_of(table, "ACTION");
    if (place == kNoColumn) into.defects.push_back(no_column(table, file, "place", "REF_AREA"));
    if (place == kNoColumn) return;
    for (const Row& row : table.rows) {
        const auto at = [&](std::size_t column) -> std::string {
            return column == kNoColumn ? std::string() : row.fields[column];
        };
        if (at(action) == "D") continue;  // a deletion states no figure
        Observation one{at(indicator), at(place), at(year), at(value), sdmx_status(at(status)), row.line};
        if (!at(unit).empty()) into.indicators[one.indicator].unit = at(unit);
        into.observations.push_back(std::move(one));
    }
}

void read_wide(const Table& table, const std::string& file, const ReadOptions& options, Reading& into) {
    into.format = FileFormat::kCsvWide;
    const std::size_t place =
        options.place_column.empty()
            ? column_of(table, {"Country Code", "iso3", "country", "geo", "code", "REF_AREA"})
            : column_of(table, options.place_column);
    if (place == kNoColumn) {
        into.defects.push_back(no_column(table, file, "place", "--place-column NAME"));
        return;
    }
    const std::size_t indicator = column_of(table, {"Indicator Code", "Series Code", "indicator"});
    const std::size_t title = column_of(table, {"Indicator Name", "Series Name"});
    for (const Row& row : table.rows) {
        const std::string name = indicator == kNoColumn ? "" : row.fields[indicator];
        if (title != kNoColumn) into.indicators[name].title = row.fields[title];
        for (std::size_t i = 0; i < table.header.size(); ++i) {
            if (!is_year(table.header[i])) continue;
            into.observations.push_back(
                {name, row.fields[place], table.header[i].substr(0, 4), row.fields[i], "", row.line});
        }
    }
}

void read_long(const Table& table, const std::string& file, const ReadOptions& options, Reading& into) {
    const std::size_t place =
        options.place_column.empty()
            ? column_of(table, {"geo", "country", "iso3", "iso_code", "place", "entity", "code"})
            : column_of(table, options.place_column);
    const std::size_t year = options.year_column.empty() ? column_of(table, {"time", "year", "date"})
                                                         : column_of(table, options.year_column);
    if (place == kNoColumn) into.defects.push_back(no_column(table, file, "place", "--place-column NAME"));
    if (year == kNoColumn) into.defects.push_back(no_column(table, file, "year", "--year-column NAME"));
    const std::size_t indicator = column_of(table, "indicator");
    const std::size_t status = column_of(table, "status");
    std::vector<std::size_t> values;
    for (const std::string& name : options.value_columns) {
        values.push_back(column_of(table, name));
        if (values.back() == kNoColumn)
            into.defects.push_back(no_column(table, file, "value " + name, "--value-column NAME"));
    }
    if (options.value_columns.empty()) {
        for (std::size_t i = 0; i < table.header.size(); ++i)
            if (i != place && i != year && i != indicator && i != status) values.push_back(i);
        if (values.empty()) into.defects.push_back(no_column(table, file, "value", "--value-column NAME"));
    }
    if (!into.defects.empty() &&
        (place == kNoColumn || year == kNoColumn || std::ranges::find(values, kNoColumn) != values.end()))
        return;
    for (const Row& row : table.rows) {
        for (const std::size_t value : values) {
            const std::string& name = indicator != kNoColumn ? row.fields[indicator] : table.header[value];
            into.observations.push_back({name == "value" ? "" : name, row.fields[place], row.fields[year],
                                         row.fields[value], status == kNoColumn ? "" : row.fields[status],
                                         row.line});
        }
    }
}

}  // namespace

std::string_view to_string(FileFormat format) {
    switch (format) {
        case FileFormat::kCsv:
            return "csv";
        case FileFormat::kCsvWide:
            return "csv-wide";
        case FileFormat::kSdmxCsv:
            return "sdmx-csv";
        case FileFormat::kWorldBankJson:
            return "world-bank-json";
        case FileFormat::kItuJson:
            return "itu-json";
    }
    return "";
}

Reading read_file_text(std::string_view text, const std::string& file, const ReadOptions& options) {
    Reading out;
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && (text[first] == '[' || text[first] == '{')) {
        read_json_answer(text, file, out);
        return out;
    }
    const Table table = read_table(text, file);
    out.defects = table.defects;
    if (table.header.empty()) {
        if (out.defects.empty())
            out.defects.push_back(
                {DefectKind::kMissingColumn, file, 0, "is empty", "give a file with a header"});
        return out;
    }
    if (column_of(table, "TIME_PERIOD") != kNoColumn && column_of(table, "OBS_VALUE") != kNoColumn) {
        read_sdmx(table, file, out);
    } else if (options.value_columns.empty() &&
               std::ranges::count_if(table.header, [](const std::string& name) { return is_year(name); }) >=
                   2) {
        read_wide(table, file, options, out);
    } else {
        read_long(table, file, options, out);
    }
    return out;
}

}  // namespace comity::development
