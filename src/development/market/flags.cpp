#include "development/market/flags.h"

#include <algorithm>
#include <cmath>

#include "base/time.h"
#include "development/market/process.h"

namespace comity::development {
namespace {

using Ids = std::set<std::string_view>;

struct Fences {
    double first = 0, third = 0, low = 0, high = 0;
};

Fences fences_of(const std::vector<double>& values) {
    Fences out;
    out.first = quantile_r8(values, 0.25);
    out.third = quantile_r8(values, 0.75);
    out.low = out.first - 1.5 * (out.third - out.first);
    out.high = out.third + 1.5 * (out.third - out.first);
    return out;
}

struct Share {
    std::int64_t part = 0;
    std::int64_t of = 0;
    double value() const { return static_cast<double>(part) / static_cast<double>(of); }
};
using Shares = std::map<std::string, Share, std::less<>>;

struct Discount {
    double ratio = 0;
    std::string winner, next;
};

struct Supplied {
    std::int64_t processes = 0;
    std::set<std::string> classes;
};

class Finder {
  public:
    explicit Finder(const FlagSettings& settings) : settings_(settings) { out_.currency = settings.currency; }

    void take(const Process& process) {
        ++out_.processes;
        if (process.ocid.empty() || process.tender_status == "cancelled" ||
            settings_.excluded_method_details.contains(std::string(process.method_details))) {
            ++out_.left_out;
            return;
        }
        short_period(process);
        single_bid(process);
        prices(process);
        identical_prices(process);
        late_winner(process);
        all_but_winner(process);
        lowest_disqualified(process);
        disqualified_share(process);
        classes(process);
        valid_share(process);
    }

    Flags finish() {
        by_discount();
        by_losses();
        by_share("R038 Buyer", buyers_, settings_.r038_processes, FlagSubject::kBuyer);
        by_share("R038 ProcuringEntity", entities_, settings_.r038_processes, FlagSubject::kProcuringEntity);
        by_share("R038 Tenderer", disqualified_, settings_.r038_bids, FlagSubject::kTenderer);
        by_classes();
        return std::move(out_);
    }

  private:
    void flag(FlagSubject subject, std::string_view id, const std::string& rule, double value) {
        out_.results[subject][std::string(id)][rule] = value;
    }
    void told(const std::string& rule) { ++out_.basis[rule].compared; }
    void untold(const std::string& rule, const std::string& why) { ++out_.basis[rule].left_out[why]; }

    bool prices_decide(const Process& process) const {
        const std::string details(process.method_details);
        if (!settings_.price_comparison.empty()) return settings_.price_comparison.contains(details);
        return !settings_.no_price_comparison.contains(details);
    }

    // Only one currency is compared: the one that was chosen or seen first.
    bool comparable(const Bid& bid) {
        if (!bid.price) return false;
        if (out_.currency.empty()) out_.currency = bid.price->currency;
        return bid.price->currency == out_.currency;
    }

    void short_period(const Process& process) {
        if (!settings_.r003_methods.empty() && !settings_.r003_methods.contains(std::string(process.method)))
            return untold("R003", "another method");
        const auto start = parse_time(process.period_start);
        const auto end = parse_time(process.period_end);
        if (!start || !end) return untold("R003", "no period");
        told("R003");
        constexpr std::int64_t kDay = 86'400'000'000;  // microseconds
        const auto own = settings_.r003_days_of.find(std::string(process.method_details));
        const std::int64_t days = own == settings_.r003_days_of.end() ? settings_.r003_days : own->second;
        if ((end->micros - start->micros) / kDay < days) flag(FlagSubject::kProcess, process.ocid, "R003", 1);
    }

    void single_bid(const Process& process) {
        if (!settings_.r018_methods.contains(std::string(process.method)))
            return untold("R018", "another method");
        if (!process.tenderers) return untold("R018", "no number of tenderers");
        told("R018");
        if (*process.tenderers == 1) flag(FlagSubject::kProcess, process.ocid, "R018", 1);
    }

    // The one supplier of the only award that stands, where all awards are final.
    std::optional<std::string_view> only_winner(const Process& process) const {
        if (!process.awards_final()) return std::nullopt;
        const auto active = process.active_awards();
        if (active.size() != 1 || active.front()->named != 1 || active.front()->suppliers.size() != 1)
            return std::nullopt;
        return active.front()->suppliers.front();
    }

    void prices(const Process& process) {
        const auto nothing = [&](const std::string& why) {
            untold("R024", why);
            untold("R058", why);
        };
        if (!prices_decide(process)) return nothing("prices do not decide");
        const auto winner = only_winner(process);
        if (!winner) return nothing("not one award to one supplier, all final");
        std::optional<double> won, next;
        std::string_view next_tenderer;
        for (const Bid& bid : process.bids) {
            if (bid.status != "valid" || bid.named != 1 || bid.tenderers.size() != 1 || !comparable(bid))
                continue;
            if (bid.tenderers.front() == *winner) {
                won = std::min(won.value_or(bid.price->amount), bid.price->amount);
            } else if (!next || bid.price->amount < *next) {
                next = bid.price->amount;
                next_tenderer = bid.tenderers.front();
            }
        }
        if (!won || !next) return nothing("no two valid bids to compare");
        if (*next < *won) return nothing("the lowest did not win");
        if (!(*won > 0)) return nothing("the winning price is 0");
        discounts_[std::string(process.ocid)] = {(*next - *won) / *won, std::string(*winner),
                                                 std::string(next_tenderer)};
    }

    void valid_share(const Process& process) {
        const auto winner = only_winner(process);
        if (!winner) return untold("R025", "not one award to one supplier, all final");
        Ids tenderers;
        for (const Bid& bid : process.bids)
            if (bid.status == "valid" && bid.named == 1 && bid.tenderers.size() == 1)
                tenderers.insert(bid.tenderers.front());
        if (tenderers.empty()) return untold("R025", "no valid bids");
        for (const std::string_view id : tenderers) {
            Share& share = wins_[std::string(id)];
            ++share.of;
            if (id == *winner) ++share.part;
        }
    }

    void identical_prices(const Process& process) {
        if (!prices_decide(process)) return untold("R028", "prices do not decide");
        std::map<std::pair<double, std::string_view>, std::vector<Ids>> by_price;
        for (const Bid& bid : process.bids) {
            if (!bid.submitted() || !bid.price || bid.tenderers.empty()) continue;
            by_price[{bid.price->amount, bid.price->currency}].emplace_back(bid.tenderers.begin(),
                                                                            bid.tenderers.end());
        }
        if (by_price.empty()) return untold("R028", "no bids with prices");
        told("R028");
        for (const auto& [price, bidders] : by_price) {
            if (std::ranges::all_of(bidders, [&](const Ids& ids) { return ids == bidders.front(); }))
                continue;
            flag(FlagSubject::kProcess, process.ocid, "R028", 1);
            for (const Ids& ids : bidders)
                for (const std::string_view id : ids) flag(FlagSubject::kTenderer, id, "R028", 1);
        }
    }

    void late_winner(const Process& process) {
        const auto end = parse_time(process.period_end);
        if (!end) return untold("R030", "no end of the period");
        Ids suppliers;
        for (const Award* award : process.active_awards())
            suppliers.insert(award->suppliers.begin(), award->suppliers.end());
        if (suppliers.empty()) return untold("R030", "no active award");
        told("R030");
        for (const Bid& bid : process.bids) {
            const auto date = parse_time(bid.date);
            if (bid.status != "valid" || !date || *date <= *end) continue;
            for (const std::string_view id : bid.tenderers) {
                if (!suppliers.contains(id)) continue;
                flag(FlagSubject::kProcess, process.ocid, "R030", 1);
                flag(FlagSubject::kTenderer, id, "R030", 1);
            }
        }
    }

    void all_but_winner(const Process& process) {
        if (!process.awards_final()) return untold("R035", "awards are pending or invalid");
        Ids suppliers, valid, disqualified;
        for (const Award* award : process.active_awards())
            suppliers.insert(award->suppliers.begin(), award->suppliers.end());
        for (const Bid& bid : process.bids) {
            if (bid.status == "valid") valid.insert(bid.tenderers.begin(), bid.tenderers.end());
            if (bid.status == "disqualified") disqualified.insert(bid.tenderers.begin(), bid.tenderers.end());
        }
        if (valid.empty()) return untold("R035", "no valid bids");
        told("R035");
        if (valid.size() != 1 || valid != suppliers) return;
        disqualified.erase(*valid.begin());
        const auto others = static_cast<std::int64_t>(disqualified.size());
        if (others < std::max<std::int64_t>(1, settings_.r035_disqualified)) return;
        flag(FlagSubject::kProcess, process.ocid, "R035", static_cast<double>(others));
        flag(FlagSubject::kTenderer, *valid.begin(), "R035", 0);
    }

    void lowest_disqualified(const Process& process) {
        if (!prices_decide(process)) return untold("R036", "prices do not decide");
        if (process.active_awards().empty()) return untold("R036", "no active award");
        std::optional<double> lowest;
        bool is_disqualified = false, any_valid = false;
        for (const Bid& bid : process.bids) {
            if (!bid.submitted()) continue;
            any_valid = any_valid || bid.status == "valid";
            if (!comparable(bid) || (lowest && bid.price->amount >= *lowest)) continue;
            lowest = bid.price->amount;
            is_disqualified = bid.status == "disqualified";
        }
        if (!lowest || !any_valid) return untold("R036", "no valid bids with prices");
        told("R036");
        if (is_disqualified) flag(FlagSubject::kProcess, process.ocid, "R036", 1);
    }

    void disqualified_share(const Process& process) {
        Share all;
        for (const Bid& bid : process.bids) {
            if (!bid.submitted()) continue;
            const std::int64_t part = bid.status == "disqualified" ? 1 : 0;
            all.part += part;
            ++all.of;
            for (const std::string_view id : bid.tenderers) add(disqualified_, id, {part, 1});
        }
        if (all.of == 0) return;
        if (!process.buyer.empty()) add_process(buyers_, process.buyer, all, buyer_processes_);
        if (!process.procuring_entity.empty())
            add_process(entities_, process.procuring_entity, all, entity_processes_);
    }

    static void add(Shares& shares, std::string_view id, const Share& more) {
        Share& share = shares[std::string(id)];
        share.part += more.part;
        share.of += more.of;
    }
    static void add_process(Shares& shares, std::string_view id, const Share& more,
                            std::map<std::string, std::int64_t>& count) {
        add(shares, id, more);
        ++count[std::string(id)];
    }

    void classes(const Process& process) {
        std::map<std::string, std::set<std::string>> found;
        for (const Award* award : process.active_awards()) {
            if (award->named != 1 || award->suppliers.size() != 1) continue;
            auto& of = found[std::string(award->suppliers.front())];
            for (const std::string_view id : award->classes) of.emplace(id.substr(0, settings_.r048_digits));
        }
        for (auto& [id, of] : found) {
            if (of.empty()) continue;
            ++supplied_[id].processes;
            supplied_[id].classes.merge(of);
        }
    }

    static void note(FlagBasis& basis, const Fences& fences, double fence, std::size_t compared) {
        basis.compared = compared;
        basis.first_quartile = fences.first;
        basis.third_quartile = fences.third;
        basis.fence = fence;
    }

    void by_discount() {
        if (discounts_.empty()) return;
        std::vector<double> ratios;
        for (const auto& [ocid, each] : discounts_) ratios.push_back(each.ratio);
        const Fences fences = fences_of(ratios);
        note(out_.basis["R024"], fences, fences.low, ratios.size());
        note(out_.basis["R058"], fences, fences.high, ratios.size());
        for (const auto& [ocid, each] : discounts_) {
            // Where a quarter has no difference at all, nearness says nothing.
            if (fences.first > 0 && fences.low > 0 && each.ratio <= fences.low) {
                flag(FlagSubject::kProcess, ocid, "R024", each.ratio);
                flag(FlagSubject::kTenderer, each.winner, "R024", 0);
                flag(FlagSubject::kTenderer, each.next, "R024", 0);
            }
            if (fences.high > 0 && each.ratio >= fences.high) {
                flag(FlagSubject::kProcess, ocid, "R058", each.ratio);
                flag(FlagSubject::kTenderer, each.winner, "R058", 0);
            }
        }
    }

    void by_losses() {
        if (wins_.empty()) return;
        std::vector<double> counts, ratios;
        for (const auto& [id, share] : wins_) {
            counts.push_back(static_cast<double>(share.of));
            ratios.push_back(share.value());
        }
        const double often = quantile_r8(counts, 0.75);
        const Fences fences = fences_of(ratios);
        note(out_.basis["R025"], fences, fences.low, ratios.size());
        for (const auto& [id, share] : wins_)
            if (static_cast<double>(share.of) >= often && share.value() <= fences.low)
                flag(FlagSubject::kTenderer, id, "R025", share.value());
    }

    void by_share(const std::string& rule, const Shares& shares, std::int64_t least, FlagSubject subject) {
        std::vector<double> ratios;
        std::vector<std::pair<std::string, double>> kept;
        for (const auto& [id, share] : shares) {
            const std::int64_t count = subject == FlagSubject::kTenderer ? share.of
                                       : subject == FlagSubject::kBuyer  ? buyer_processes_.at(id)
                                                                         : entity_processes_.at(id);
            if (count < least) {
                untold(rule, "too few to tell of");
                continue;
            }
            ratios.push_back(share.value());
            kept.emplace_back(id, share.value());
        }
        if (ratios.empty()) return;
        const Fences fences = fences_of(ratios);
        note(out_.basis[rule], fences, fences.high, ratios.size());
        for (const auto& [id, ratio] : kept)
            if (ratio > 0 && ratio >= fences.high) flag(subject, id, "R038", ratio);
    }

    void by_classes() {
        std::vector<double> counts;
        for (const auto& [id, each] : supplied_) {
            if (each.processes < settings_.r048_processes) {
                untold("R048", "too few processes");
                continue;
            }
            counts.push_back(static_cast<double>(each.classes.size()));
        }
        if (counts.empty()) return;
        const Fences fences = fences_of(counts);
        note(out_.basis["R048"], fences, fences.high, counts.size());
        for (const auto& [id, each] : supplied_) {
            const auto count = static_cast<double>(each.classes.size());
            if (each.processes >= settings_.r048_processes && count >= fences.high)
                flag(FlagSubject::kTenderer, id, "R048", count);
        }
    }

    const FlagSettings& settings_;
    Flags out_;
    std::map<std::string, Discount> discounts_;  // by ocid
    Shares wins_, buyers_, entities_, disqualified_;
    std::map<std::string, std::int64_t> buyer_processes_, entity_processes_;
    std::map<std::string, Supplied> supplied_;
};

}  // namespace

double quantile_r8(std::vector<double> values, double p) {
    std::ranges::sort(values);
    const auto n = static_cast<double>(values.size());
    const double h = (n + 1.0 / 3) * p + 1.0 / 3;
    const double whole = std::floor(h);
    const auto at = [&](double place) {  // from 1, held to the ends
        return values[static_cast<std::size_t>(std::clamp(place, 1.0, n)) - 1];
    };
    return at(whole) + (h - whole) * (at(whole + 1) - at(whole));
}

Flags find_flags(std::span<const json::Value> processes, const FlagSettings& settings) {
    Finder finder(settings);
    for (const json::Value& each : processes)
        if (each.is_object()) finder.take(read_process(each.get_object()));
    return finder.finish();
}

}  // namespace comity::development
