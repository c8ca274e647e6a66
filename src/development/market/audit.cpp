#include "development/market/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.h"
#include "base/time.h"
#include "development/market/process.h"
#include "development/trend/student.h"
#include "json/number.h"

namespace comity::development {
namespace {

constexpr double kNormal975 = 1.959963984540054;
constexpr double kMicrosADay = 86'400e6;
constexpr std::string_view kNoGroup = "unknown";

const json::Value* inner(const json::Value* value, std::string_view name) {
    const json::Object* object = value == nullptr ? nullptr : value->if_object();
    return object == nullptr ? nullptr : object->if_contains(name);
}
std::string_view word(const json::Value* value) {
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}
std::span<const json::Value> items(const json::Value* value) {
    if (value == nullptr || !value->is_array()) return {};
    return value->get_array();
}

std::optional<double> days_between(std::string_view from, std::string_view to) {
    const auto a = parse_time(from), b = parse_time(to);
    if (!a || !b) return std::nullopt;
    return static_cast<double>(b->micros - a->micros) / kMicrosADay;
}

// One tenderer of one process.
struct Tendered {
    std::string group;
    std::string stratum;
    bool chosen = false;
};
struct Waited {
    std::string group;
    double days = 0;
};

class Collector {
  public:
    Collector(const AuditSettings& settings, Audit& audit) : settings_(settings), audit_(audit) {}

    void take(const json::Value& release) {
        if (!release.is_object()) return;
        ++audit_.processes;
        const Process process = read_process(release.get_object());
        if (process.tender_status == "cancelled") return leave_out("cancelled");
        const auto awards = process.active_awards();
        if (awards.empty()) return leave_out("no active award");
        std::set<std::string_view> tenderers, suppliers;
        for (const Bid& bid : process.bids)
            if (bid.submitted()) tenderers.insert(bid.tenderers.begin(), bid.tenderers.end());
        if (tenderers.empty())
            for (const json::Value& each : items(inner(inner(&release, "tender"), "tenderers")))
                if (const auto id = word(inner(&each, "id")); !id.empty()) tenderers.insert(id);
        if (tenderers.empty()) return leave_out("no tenderers named");
        for (const Award* award : awards) suppliers.insert(award->suppliers.begin(), award->suppliers.end());
        read_groups(release);
        const std::string stratum = stratum_of(release);
        for (const std::string_view id : tenderers)
            tendered.push_back({group_of(id), stratum, suppliers.contains(id)});
        times(release, process, tenderers);
    }

    std::vector<Tendered> tendered;
    std::vector<Waited> to_award, to_pay;

  private:
    void leave_out(const std::string& why) { ++audit_.left_out[why]; }

    void read_groups(const json::Value& release) {
        groups_.clear();
        for (const json::Value& party : items(inner(&release, "parties"))) {
            const json::Value* at = &party;
            for (std::size_t from = 0; from <= settings_.by.size() && at != nullptr;) {
                const std::size_t dot = std::min(settings_.by.find('.', from), settings_.by.size());
                at = inner(at, std::string_view(settings_.by).substr(from, dot - from));
                from = dot + 1;
            }
            if (const auto group = word(at); !group.empty())
                groups_.emplace(word(inner(&party, "id")), group);
        }
    }
    std::string group_of(std::string_view id) const {
        const auto at = groups_.find(id);
        return std::string(at == groups_.end() ? kNoGroup : at->second);
    }

    static std::string stratum_of(const json::Value& release) {
        const json::Value* tender = inner(&release, "tender");
        const json::Value* value = inner(tender, "value");
        const json::Value* amount = inner(value, "amount");
        std::string out(word(inner(tender, "mainProcurementCategory")));
        if (amount != nullptr && amount->is_number() && amount->to_number<double>() > 0)
            out += fmt::format("|{}|{}", word(inner(value, "currency")),
                               std::floor(std::log10(amount->to_number<double>())));
        return out;
    }

    void times(const json::Value& release, const Process& process,
               const std::set<std::string_view>& tenderers) {
        std::map<std::string, std::vector<std::string>> suppliers_of;
        for (const json::Value& award : items(inner(&release, "awards"))) {
            if (word(inner(&award, "status")) != "active") continue;
            const auto days = days_between(process.period_end, word(inner(&award, "date")));
            const json::Value* id = inner(&award, "id");
            for (const json::Value& each : items(inner(&award, "suppliers"))) {
                if (!tenderers.contains(word(inner(&each, "id")))) continue;
                const std::string group = group_of(word(inner(&each, "id")));
                if (days && *days >= 0) to_award.push_back({group, *days});
                if (id != nullptr) suppliers_of[json::write(*id)].push_back(group);
            }
        }
        for (const json::Value& contract : items(inner(&release, "contracts"))) {
            const json::Value* award = inner(&contract, "awardID");
            const auto whose = award == nullptr ? suppliers_of.end() : suppliers_of.find(json::write(*award));
            if (whose == suppliers_of.end()) continue;
            for (const json::Value& paid : items(inner(inner(&contract, "implementation"), "transactions"))) {
                const auto days =
                    days_between(word(inner(&contract, "dateSigned")), word(inner(&paid, "date")));
                if (!days || *days < 0) continue;
                for (const std::string& group : whose->second) to_pay.push_back({group, *days});
            }
        }
    }

    const AuditSettings& settings_;
    Audit& audit_;
    std::map<std::string_view, std::string_view> groups_;  // of the process that is read
};

struct WaitMoments {
    std::size_t n = 0;
    double mean = 0;
    double variance = 0;  // n - 1 below
};
WaitMoments wait_moments(const std::vector<double>& values) {
    WaitMoments out{values.size()};
    if (values.empty()) return out;
    for (const double each : values) out.mean += each;
    out.mean /= static_cast<double>(out.n);
    for (const double each : values) out.variance += (each - out.mean) * (each - out.mean);
    if (out.n > 1) out.variance /= static_cast<double>(out.n - 1);
    return out;
}

std::optional<DaysTold> days_told(const std::vector<Waited>& waited, std::string_view group,
                                  std::size_t least) {
    std::vector<double> own, others;
    for (const Waited& each : waited) (each.group == group ? own : others).push_back(each.days);
    const WaitMoments a = wait_moments(own), b = wait_moments(others);
    if (a.n < least) return std::nullopt;
    DaysTold out{.n = a.n, .mean = a.mean, .difference = {}, .interval = {}, .standardised = {}};
    if (b.n < least || b.n < 2 || a.n < 2) return out;
    out.difference = a.mean - b.mean;
    const double na = static_cast<double>(a.n), nb = static_cast<double>(b.n);
    const double va = a.variance / na, vb = b.variance / nb;
    if (va + vb <= 0) return out;
    const double freedom = (va + vb) * (va + vb) / (va * va / (na - 1) + vb * vb / (nb - 1));
    const double half = student_quantile(0.975, freedom) * std::sqrt(va + vb);
    out.interval = AuditInterval{*out.difference - half, *out.difference + half};
    const double pooled = std::sqrt(((na - 1) * a.variance + (nb - 1) * b.variance) / (na + nb - 2));
    out.standardised = *out.difference / pooled;
    return out;
}

GroupAudit audit_group(const std::string& group, const Collector& all, std::size_t least) {
    GroupAudit out;
    out.group = group;
    std::map<std::string_view, TwoByTwo> strata;
    TwoByTwo whole;
    const auto count = [&](TwoByTwo& table, const Tendered& each) {
        ++(each.group == group ? (each.chosen ? table.chosen : table.passed)
                               : (each.chosen ? table.other_chosen : table.other_passed));
    };
    for (const Tendered& each : all.tendered) {
        count(whole, each);
        count(strata[each.stratum], each);
    }
    out.tenders = static_cast<std::size_t>(whole.chosen + whole.passed);
    out.chosen = static_cast<std::size_t>(whole.chosen);
    const double n = static_cast<double>(out.tenders), k = static_cast<double>(out.chosen);
    out.rate = k / n;
    out.rate_interval = wilson_interval(out.chosen, out.tenders);
    const double others = static_cast<double>(whole.other_chosen + whole.other_passed);
    const double other_chosen = static_cast<double>(whole.other_chosen);
    if (other_chosen > 0) {
        out.ratio = out.rate / (other_chosen / others);
        if (k > 0) {
            const double error = std::sqrt(1 / k - 1 / n + 1 / other_chosen - 1 / others);
            out.ratio_interval = AuditInterval{*out.ratio * std::exp(-kNormal975 * error),
                                               *out.ratio * std::exp(kNormal975 * error)};
        }
    }
    std::vector<TwoByTwo> tables;
    for (const auto& [name, table] : strata) tables.push_back(table);
    out.exact = exact_test(tables);
    out.fisher = exact_test(std::span(&whole, 1));
    out.to_award = days_told(all.to_award, group, least);
    out.to_pay = days_told(all.to_pay, group, least);
    return out;
}

void suppress(std::vector<GroupAudit>& groups, std::size_t least) {
    const auto small = [&](std::size_t n) { return n > 0 && n < least; };
    std::size_t hidden = 0;
    for (GroupAudit& each : groups) {
        each.suppressed = small(each.tenders) || small(each.chosen) || small(each.tenders - each.chosen);
        hidden += each.suppressed ? 1 : 0;
    }
    if (hidden != 1) return;
    GroupAudit* next = nullptr;
    for (GroupAudit& each : groups)
        if (!each.suppressed && (next == nullptr || each.tenders < next->tenders)) next = &each;
    if (next != nullptr) next->suppressed = true;
}

json::Value interval_form(const std::optional<AuditInterval>& interval) {
    if (!interval) return nullptr;
    return json::Array{interval->low, interval->high};
}
json::Value maybe(const std::optional<double>& value) {
    return value ? json::Value(*value) : json::Value(nullptr);
}
json::Object test_form(const ExactTest& test) {
    return {{"p", test.p},
            {"odds_ratio", maybe(test.odds_ratio)},
            {"low", test.low},
            {"high", maybe(test.high)},
            {"tables", test.tables}};
}
json::Value days_form(const std::optional<DaysTold>& days) {
    if (!days) return nullptr;
    return json::Object{{"n", days->n},
                        {"mean", days->mean},
                        {"difference", maybe(days->difference)},
                        {"interval", interval_form(days->interval)},
                        {"standardised", maybe(days->standardised)}};
}

}  // namespace

AuditInterval wilson_interval(std::size_t part, std::size_t of) {
    const double n = static_cast<double>(of), p = static_cast<double>(part) / n;
    const double z2 = kNormal975 * kNormal975;
    const double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
    const double half = kNormal975 / (1 + z2 / n) * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
    return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

Result<Audit> audit_market(std::span<const json::Value> processes, const AuditSettings& settings) {
    if (settings.by.empty() || settings.by.starts_with('.') || settings.by.ends_with('.') ||
        settings.by.find("..") != std::string::npos)
        return invalid("by", fmt::format("'{}' is no path in a party", shown(settings.by, 100)),
                       "write details.scale");
    Audit audit;
    audit.settings = settings;
    Collector all(settings, audit);
    for (const json::Value& each : processes) all.take(each);
    audit.tenders = all.tendered.size();
    std::set<std::string> names, strata;
    for (const Tendered& each : all.tendered) {
        names.insert(each.group);
        strata.insert(each.stratum);
        audit.chosen += each.chosen ? 1 : 0;
    }
    audit.strata = strata.size();
    for (const std::string& name : names) audit.groups.push_back(audit_group(name, all, settings.least));
    suppress(audit.groups, settings.least);
    if (!settings.group.empty()) {
        std::erase_if(audit.groups, [&](const GroupAudit& g) { return g.group != settings.group; });
        if (audit.groups.empty())
            return not_found(fmt::format("nobody is in the group {}", shown(settings.group, 100)),
                             "leave it out to see which there are");
    }
    return audit;
}

json::Object audit_json(const Audit& audit) {
    json::Object left_out;
    for (const auto& [why, count] : audit.left_out) left_out[why] = count;
    json::Array groups;
    for (const GroupAudit& each : audit.groups) {
        json::Object row{{"group", each.group}, {"suppressed", each.suppressed}};
        if (each.suppressed) {
            for (const std::string_view name :
                 {"tenders", "chosen", "rate", "rate_interval", "ratio", "ratio_interval",
                  "below_four_fifths", "exact", "fisher", "to_award", "to_pay"})
                row[name] = nullptr;
        } else {
            row["tenders"] = each.tenders;
            row["chosen"] = each.chosen;
            row["rate"] = each.rate;
            row["rate_interval"] = interval_form(each.rate_interval);
            row["ratio"] = maybe(each.ratio);
            row["ratio_interval"] = interval_form(each.ratio_interval);
            row["below_four_fifths"] = each.ratio && *each.ratio < 0.8;
            row["exact"] = test_form(each.exact);
            row["fisher"] = test_form(each.fisher);
            row["to_award"] = days_form(each.to_award);
            row["to_pay"] = days_form(each.to_pay);
        }
        groups.push_back(std::move(row));
    }
    return {{"by", audit.settings.by},      {"least", audit.settings.least},
            {"processes", audit.processes}, {"left_out", std::move(left_out)},
            {"tenders", audit.tenders},     {"chosen", audit.chosen},
            {"strata", audit.strata},       {"groups", std::move(groups)}};
}

}  // namespace comity::development
