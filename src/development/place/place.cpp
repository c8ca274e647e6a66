#include "development/place/place.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

namespace comity::development {
namespace {

// Keys of Gapminder that are no ISO code, and the codes that older sources use.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kAliases{{{"KOS", "XKX"},
                                                                                  {"XKX", "XKX"},
                                                                                  {"KSV", "XKX"},
                                                                                  {"NLD_CURACAO", "CUW"},
                                                                                  {"GBM", "IMN"},
                                                                                  {"GBG", "GGY"},
                                                                                  {"HOS", "VAT"},
                                                                                  {"STBAR", "BLM"},
                                                                                  {"STMAR", "MAF"},
                                                                                  {"ROM", "ROU"},
                                                                                  {"ZAR", "COD"},
                                                                                  {"TMP", "TLS"}}};

// The World Bank's aggregates by its codes, with those of two letters that its API gives as country.id, and
// UN's names for the world. "CHANISL" is the Channel Islands, two places in ISO.
constexpr std::string_view kAggregates[] = {
    "AFE", "AFR", "AFW", "ARB", "CAA", "CEA", "CEB", "CEU", "CHANISL", "CHI",   "CLA", "CME",   "CSA",
    "CSS", "DEA", "DEC", "DLA", "DMN", "DNS", "DSA", "DSF", "DSS",     "EAP",   "EAR", "EAS",   "ECA",
    "ECS", "EMU", "EUU", "FCS", "FXS", "HIC", "HPC", "IBB", "IBD",     "IBT",   "IDA", "IDB",   "IDX",
    "INX", "LAC", "LCN", "LCR", "LDC", "LIC", "LMC", "LMY", "LTE",     "MDE",   "MEA", "MIC",   "MNA",
    "NAC", "NAF", "NRS", "OED", "OSS", "PRE", "PSS", "PST", "RRS",     "SAS",   "SSA", "SSF",   "SST",
    "SXZ", "TEA", "TEC", "TLA", "TMN", "TSA", "TSS", "UMC", "WLD",     "WORLD", "XZN", "1A",    "1W",
    "4E",  "7E",  "8S",  "B1",  "B2",  "B3",  "B4",  "B6",  "B7",      "B8",    "C4",  "C5",    "C6",
    "C7",  "C8",  "C9",  "D2",  "D3",  "D4",  "D5",  "D6",  "D7",      "F1",    "F6",  "L4",    "L5",
    "L6",  "L7",  "M1",  "M2",  "N6",  "O6",  "OE",  "R6",  "S1",      "S2",    "S3",  "S4",    "T2",
    "T3",  "T4",  "T5",  "T6",  "T7",  "V1",  "V2",  "V3",  "V4",      "XC",    "XD",  "XE",    "XF",
    "XG",  "XH",  "XI",  "XJ",  "XL",  "XM",  "XN",  "XO",  "XP",      "XQ",    "XT",  "XU",    "XY",
    "Z4",  "Z7",  "ZB",  "ZF",  "ZG",  "ZH",  "ZI",  "ZJ",  "ZQ",      "ZT",    "W00", "WLD_4", "EU"};

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

struct Books {
    std::map<std::string, const Place*, std::less<>> iso, gec, name;
    std::map<int, const Place*> numeric;
};

const Books& books() {
    static const Books made = [] {
        Books all;
        for (const Place& place : all_places()) {
            all.iso.emplace(place.code, &place);
            all.iso.emplace(place.alpha2, &place);
            if (!place.gec.empty()) all.gec.emplace(place.gec, &place);
            all.name.emplace(upper(place.name), &place);
            if (place.numeric != 0) all.numeric.emplace(place.numeric, &place);
        }
        for (const auto& [alias, code] : kAliases) all.iso.emplace(alias, all.iso.find(code)->second);
        // Gaza beside the West Bank: one place in ISO.
        all.gec.emplace("GZ", all.iso.find("PSE")->second);
        return all;
    }();
    return made;
}

template <typename Book, typename Key>
const Place* look_up(const Book& book, const Key& key) {
    const auto at = book.find(key);
    return at == book.end() ? nullptr : at->second;
}

}  // namespace

std::optional<CodeSpace> parse_code_space(std::string_view text) {
    if (text == "iso") return CodeSpace::kIso;
    if (text == "gec") return CodeSpace::kGec;
    if (text == "name") return CodeSpace::kName;
    return std::nullopt;
}

const Place* find_place(std::string_view code) {
    const auto places = all_places();
    const auto at = std::ranges::lower_bound(places, code, {}, &Place::code);
    return at != places.end() && at->code == code ? &*at : nullptr;
}

const Place* place_of(std::string_view text, CodeSpace space) {
    const std::string key = upper(text);
    if (space == CodeSpace::kGec) return look_up(books().gec, key);
    if (space == CodeSpace::kName) return look_up(books().name, key);
    if (const Place* found = look_up(books().iso, key)) return found;
    int number = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), number);
    if (error != std::errc{} || end != key.data() + key.size() || key.size() > 3) return nullptr;
    return look_up(books().numeric, number);
}

bool is_aggregate(std::string_view text) {
    return std::ranges::find(kAggregates, upper(text)) != std::end(kAggregates);
}

}  // namespace comity::development
