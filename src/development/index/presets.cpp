#include "development/index/presets.h"

#include <fmt/format.h>

#include <algorithm>

namespace comity::development {
namespace {

struct Preset {
    std::string_view id;
    std::string_view text;
};

constexpr Preset kPresets[] = {
    {"hdi-2010", R"json({
  "id": "hdi-2010", "title": "Human Development Index", "edition": "HDR 2010 method, goalposts of 2014 and later",
  "source": "UNDP, Human Development Report, Technical note 1", "scale": 1,
  "root": {"id": "hdi", "aggregate": "geometric", "parts": [
    {"id": "health", "indicator": "life_expectancy", "low": 20, "high": 85},
    {"id": "education", "parts": [
      {"id": "expected", "indicator": "expected_years_of_schooling", "low": 0, "high": 18},
      {"id": "mean", "indicator": "mean_years_of_schooling", "low": 0, "high": 15}]},
    {"id": "income", "indicator": "gni_per_capita_ppp", "low": 100, "high": 75000, "log": true}]}
})json"},
    {"idi-2010", R"json({
  "id": "idi-2010", "title": "ICT Development Index", "edition": "MIS 2011",
  "source": "ITU, Measuring the Information Society 2011, Annex 1; weights as printed (0.33 three times)", "scale": 10,
  "root": {"id": "idi", "parts": [
    {"id": "access", "weight": 0.40, "parts": [
      {"id": "fixed", "title": "Fixed-telephone lines per 100", "weight": 0.20,
       "indicator": "fixed_telephone_per_100", "low": 0, "high": 60},
      {"id": "mobile", "title": "Mobile-cellular subscriptions per 100", "weight": 0.20,
       "indicator": "mobile_cellular_per_100", "low": 0, "high": 170},
      {"id": "bandwidth", "title": "International bandwidth, bit/s per Internet user", "weight": 0.20,
       "indicator": "bandwidth_per_user", "low": 1, "high": 281838.2931264455, "log": true},
      {"id": "computer", "title": "Households with a computer, %", "weight": 0.20,
       "indicator": "households_with_computer", "low": 0, "high": 100},
      {"id": "internet-home", "title": "Households with Internet, %", "weight": 0.20,
       "indicator": "households_with_internet", "low": 0, "high": 100}]},
    {"id": "use", "weight": 0.40, "parts": [
      {"id": "users", "title": "Internet users, %", "weight": 0.33,
       "indicator": "internet_users", "low": 0, "high": 100},
      {"id": "fixed-broadband", "title": "Fixed broadband per 100", "weight": 0.33,
       "indicator": "fixed_broadband_per_100", "low": 0, "high": 60},
      {"id": "mobile-broadband", "title": "Mobile broadband per 100", "weight": 0.33,
       "indicator": "mobile_broadband_per_100", "low": 0, "high": 100}]},
    {"id": "skills", "weight": 0.20, "parts": [
      {"id": "literacy", "title": "Adult literacy, %", "weight": 0.33,
       "indicator": "adult_literacy", "low": 0, "high": 100},
      {"id": "secondary", "title": "Gross secondary enrolment, %", "weight": 0.33,
       "indicator": "secondary_enrolment", "low": 0, "high": 100},
      {"id": "tertiary", "title": "Gross tertiary enrolment, %", "weight": 0.33,
       "indicator": "tertiary_enrolment", "low": 0, "high": 100}]}]}
})json"},
    {"idi-2023", R"json({
  "id": "idi-2023", "title": "ICT Development Index", "edition": "2023 and later (PP-22 Resolution 131)",
  "source": "ITU DataHub, /idi/dashboard/all, 26 July 2026: the tree; shares are full at 95; other goalposts to be loaded",
  "scale": 100,
  "root": {"id": "IDI", "title": "ICT Development Index", "parts": [
    {"id": "U", "title": "Universal connectivity", "parts": [
      {"id": "i99H", "title": "Individuals using the Internet, %", "indicator": "i99H", "low": 0, "high": 95},
      {"id": "xHH6_IDI", "title": "Households with Internet access at home, %", "indicator": "xHH6_IDI",
       "low": 0, "high": 95},
      {"id": "i911mw_IDI", "title": "Active mobile-broadband subscriptions per 100", "indicator": "i911mw_IDI"}]},
    {"id": "M", "title": "Meaningful connectivity", "parts": [
      {"id": "coverage", "title": "Coverage of mobile networks", "weight": 0.16666666666666666, "parts": [
        {"id": "i271G_IDI", "title": "Population covered by at least 3G, %", "weight": 0.4,
         "indicator": "i271G_IDI", "low": 0, "high": 95},
        {"id": "i271GA_IDI", "title": "Population covered by at least 4G/LTE, %", "weight": 0.6,
         "indicator": "i271GA_IDI", "low": 0, "high": 95}]},
      {"id": "i136mwi_subs_IDI", "title": "Mobile-broadband traffic per subscription, GB",
       "weight": 0.16666666666666666, "indicator": "i136mwi_subs_IDI"},
      {"id": "i135tfb_subs_IDI", "title": "Fixed-broadband traffic per subscription, GB",
       "weight": 0.16666666666666666, "indicator": "i135tfb_subs_IDI"},
      {"id": "i271mb_high_ts_GNI_IDI", "title": "Mobile data and voice, high-consumption basket, % of GNI p.c.",
       "weight": 0.16666666666666666, "indicator": "i271mb_high_ts_GNI_IDI"},
      {"id": "i154_FBB_ts_GNI_IDI", "title": "Fixed-broadband basket, % of GNI p.c.",
       "weight": 0.16666666666666666, "indicator": "i154_FBB_ts_GNI_IDI"},
      {"id": "xHH18_IDI", "title": "Individuals owning a mobile phone, %", "weight": 0.16666666666666666,
       "indicator": "xHH18_IDI", "low": 0, "high": 95}]}]}
})json"},
};

}  // namespace

std::vector<std::string_view> preset_indices() {
    std::vector<std::string_view> out;
    for (const Preset& each : kPresets) out.push_back(each.id);
    return out;
}

std::optional<std::string_view> preset_index_text(std::string_view id) {
    const auto* at = std::ranges::find(kPresets, id, &Preset::id);
    if (at == std::end(kPresets)) return std::nullopt;
    return at->text;
}

Result<IndexDefinition> preset_index(std::string_view id) {
    const auto text = preset_index_text(id);
    if (!text)
        return not_found(
            fmt::format("there is no index {}", id),
            fmt::format("there are {}, and what members state", fmt::join(preset_indices(), ", ")));
    COMITY_TRY(const json::Value value, json::parse(*text));
    return parse_index(value, std::string(id));
}

}  // namespace comity::development
