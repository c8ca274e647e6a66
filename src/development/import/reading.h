// A source's file taken apart into observations, as texts with their lines; what they mean is assemble.h's.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "development/import/defect.h"
#include "development/place/place.h"

namespace comity::development {

// How a file is to be read; what is empty is told from the file.
struct ReadOptions {
    std::string place_column{};
    std::string year_column{};
    std::vector<std::string> value_columns{};  // several: an indicator each
    CodeSpace codes = CodeSpace::kIso;
};

struct Observation {
    std::string indicator{};  // as the file names it; empty: it does not
    std::string place{};
    std::string year{};
    std::string value{};
    std::string status{};  // "estimated", ...; SDMX's code or ITU's note already turned into it
    std::size_t line = 0;
};

// What the file itself says of an indicator.
struct IndicatorNote {
    std::string title{};
    std::string unit{};
};

enum class FileFormat { kCsv, kCsvWide, kSdmxCsv, kWorldBankJson, kItuJson };
std::string_view to_string(FileFormat format);

struct Reading {
    FileFormat format = FileFormat::kCsv;
    std::vector<Observation> observations;
    std::map<std::string, IndicatorNote> indicators;
    std::vector<Defect> defects;
};

// Tells the format by what the file holds:
//     a table with a column for each year (World Bank's files): "Country Code", "1960", "1961", ...
//     SDMX-CSV 1.0 and 2.0: REF_AREA, TIME_PERIOD, OBS_VALUE
//     any other table: a column for the place, one for the year, the others values (Gapminder's DDF too)
//     the World Bank's API:
//     [{"page":...},[{"indicator":...,"countryiso3code":...,"date":...,"value":...},...]] ITU's DataHub:
//     [{"code":...,"isoCode":...,"dataYear":...,"answer":[{"value":"..."}]},...]
Reading read_file_text(std::string_view text, const std::string& file, const ReadOptions& options);

// The two JSON forms (json_answers.cpp).
void read_json_answer(std::string_view text, const std::string& file, Reading& into);

}  // namespace comity::development
