#include "development/network/build_out.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <queue>

namespace comity::development {
namespace {

constexpr double kEarthKm = 6371.0088;
constexpr std::uint32_t kNobody = UINT32_MAX;

// On the unit sphere: the nearest is the one with the greatest dot product.
struct OnSphere {
    double x = 0, y = 0, z = 0;
    double dot(const OnSphere& o) const { return x * o.x + y * o.y + z * o.z; }
};
OnSphere on_sphere(double latitude, double longitude) {
    const double a = latitude * std::numbers::pi / 180, b = longitude * std::numbers::pi / 180;
    return {std::cos(a) * std::cos(b), std::cos(a) * std::sin(b), std::sin(a)};
}
double km_of(const OnSphere& a, const OnSphere& b) {
    const double half = std::hypot(a.x - b.x, a.y - b.y, a.z - b.z) / 2;
    return 2 * kEarthKm * std::asin(std::min(1.0, half));
}

class Builder {
  public:
    explicit Builder(const BuildOut& build)
        : build_(build), count_(static_cast<std::uint32_t>(build.sites.size())) {
        for (const Site& site : build.sites) spots_.push_back(on_sphere(site.latitude, site.longitude));
        for (const NetworkNode& node : build.nodes)
            nodes_.push_back(on_sphere(node.latitude, node.longitude));
        count_people();
        for (std::uint32_t s = 0; s < count_; ++s) alone_.push_back(cheapest_alone(s));
        if (build_.technologies.contains(Technology::kFibre)) grow();
    }

    double mbps(std::uint32_t s) const {
        return std::max(build_.costs.mbps, build_.sites[s].people / 1000 * build_.mbps_per_thousand);
    }

    // The node that serves it from nearest; of several the first.
    std::optional<std::uint32_t> nearest(std::uint32_t s, Technology technology) const {
        std::optional<std::uint32_t> best;
        double least = 0;
        for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
            if (!serves(build_.nodes[n].technology, technology)) continue;
            const double each = km_of(spots_[s], nodes_[n]);
            if (best && each >= least) continue;
            best = n;
            least = each;
        }
        return best;
    }

    SiteCost option(std::uint32_t s, Technology technology) const {
        const auto node = nearest(s, technology);
        const auto km = node ? std::optional(km_of(spots_[s], nodes_[*node])) : std::nullopt;
        return cost_of(build_.costs, technology, km, mbps(s), build_.sites[s].on_grid);
    }

    std::vector<SiteCost> options(std::uint32_t s) const {
        std::vector<SiteCost> out;
        for (const Technology technology : kTechnologies)
            if (build_.technologies.contains(technology)) out.push_back(option(s, technology));
        return out;
    }

    BuildPlan plan() {
        BuildPlan out;
        connected_.assign(count_, false);
        for (std::uint32_t s = 0; s < count_; ++s) push(s);
        while (!queue_.empty()) {
            const Entry top = queue_.top();
            queue_.pop();
            if (connected_[top.site]) continue;
            const Entry now = evaluate(top.site);
            if (now.site == kNobody) continue;
            if (now.worth < top.worth) {  // it has become worth less: again in its turn
                queue_.push(now);
                continue;
            }
            if (out.spent + now.cost > build_.budget) continue;
            take(now, out);
        }
        out.countable = std::accumulate(people_.begin(), people_.end(), 0.0);
        out.bound = bound();
        return out;
    }

  private:
    struct Entry {
        double worth = 0;  // people per money
        double cost = 0;
        std::uint32_t site = kNobody;
        bool by_fibre = false;
        bool operator<(const Entry& o) const {
            return worth != o.worth ? worth < o.worth : site > o.site;  // the lesser id first
        }
    };

    static bool serves(Technology node, Technology technology) {
        return node == technology || (node == Technology::kCellular && technology == Technology::kP2p) ||
               (node == Technology::kFibre && technology == Technology::kP2p);
    }

    void count_people() {
        std::vector<std::uint32_t> order(count_);
        std::iota(order.begin(), order.end(), 0U);
        std::ranges::sort(order, {},
                          [&](std::uint32_t s) { return std::pair(build_.sites[s].connected, s); });
        double all = 0;
        for (const Site& site : build_.sites) all += site.people;
        people_.assign(count_, 0);
        double passed = 0;
        for (const std::uint32_t s : order) {
            if (build_.least < 1 && passed >= build_.least * all) break;
            passed += build_.sites[s].people;
            people_[s] = build_.sites[s].people * (1 - build_.sites[s].connected);
        }
    }

    std::optional<SiteCost> cheapest_alone(std::uint32_t s) const {
        std::optional<SiteCost> best;
        for (const Technology technology :
             {Technology::kCellular, Technology::kP2p, Technology::kSatellite}) {
            if (!build_.technologies.contains(technology)) continue;
            const SiteCost cost = option(s, technology);
            if (cost.obstacle != Obstacle::kNone) continue;
            if (!best || cost.lifetime < best->lifetime) best = cost;
        }
        return best;
    }

    // Prim's algorithm from all nodes of fibre at once: each site's parent, and how far it is.
    void grow() {
        parent_.assign(count_, kNobody);
        parent_is_node_.assign(count_, true);
        std::vector<double> closeness(count_, -2);
        std::vector<bool> in_tree(count_, false);
        const double limit = build_.costs.technologies[0].most_km.value_or(0);
        for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
            if (build_.nodes[n].technology != Technology::kFibre) continue;
            for (std::uint32_t s = 0; s < count_; ++s)
                offer_parent(s, n, true, spots_[s].dot(nodes_[n]), closeness);
        }
        for (std::uint32_t round = 0; round < count_; ++round) {
            std::uint32_t next = kNobody;
            for (std::uint32_t s = 0; s < count_; ++s)
                if (!in_tree[s] && parent_[s] != kNobody &&
                    (next == kNobody || closeness[s] > closeness[next]))
                    next = s;
            if (next == kNobody) break;
            const double km =
                km_of(spots_[next], parent_is_node_[next] ? nodes_[parent_[next]] : spots_[parent_[next]]);
            if (km > limit) break;  // and so are all that are left
            in_tree[next] = true;
            fibre_.resize(count_);
            fibre_[next] =
                cost_of(build_.costs, Technology::kFibre, km, mbps(next), build_.sites[next].on_grid);
            for (std::uint32_t s = 0; s < count_; ++s)
                if (!in_tree[s]) offer_parent(s, next, false, spots_[s].dot(spots_[next]), closeness);
        }
        fibre_.resize(count_);
        for (std::uint32_t s = 0; s < count_; ++s) {
            if (!in_tree[s]) parent_[s] = kNobody;
            children_.resize(count_);
            if (in_tree[s] && !parent_is_node_[s]) children_[parent_[s]].push_back(s);
        }
    }
    void offer_parent(std::uint32_t s, std::uint32_t parent, bool is_node, double dot,
                      std::vector<double>& closeness) {
        if (dot <= closeness[s]) return;
        closeness[s] = dot;
        parent_[s] = parent;
        parent_is_node_[s] = is_node;
    }
    bool has_fibre(std::uint32_t s) const { return !parent_.empty() && parent_[s] != kNobody; }

    // The way from a site up to what has fibre already, the site first; empty where one of them can't have
    // it.
    std::vector<std::uint32_t> way(std::uint32_t s) const {
        std::vector<std::uint32_t> out;
        while (true) {
            if (!has_fibre(s) || fibre_[s].obstacle != Obstacle::kNone) return {};
            out.push_back(s);
            if (parent_is_node_[s] || on_fibre_.contains(parent_[s])) return out;
            s = parent_[s];
        }
    }

    Entry evaluate(std::uint32_t s) const {
        Entry best;
        const auto consider = [&](double people, double cost, bool by_fibre) {
            if (people <= 0) return;
            const double worth = people / std::max(cost, 1e-9);
            if (best.site == kNobody || worth > best.worth) best = {worth, cost, s, by_fibre};
        };
        if (alone_[s]) consider(people_[s], alone_[s]->lifetime, false);
        double people = 0, cost = 0;
        for (const std::uint32_t each : way(s)) {
            cost += fibre_[each].lifetime;
            if (!connected_[each]) people += people_[each];
        }
        if (cost > 0) consider(people, cost, true);
        return best;
    }
    void push(std::uint32_t s) {
        const Entry entry = evaluate(s);
        if (entry.site != kNobody) queue_.push(entry);
    }

    void take(const Entry& entry, BuildPlan& out) {
        if (!entry.by_fibre) {
            const SiteCost& cost = *alone_[entry.site];
            connect(entry.site, cost, out);
            if (cost.km) out.connections.back().from_node = nearest(entry.site, cost.technology);
            return;
        }
        std::vector<std::uint32_t> path = way(entry.site);
        std::ranges::reverse(path);
        for (const std::uint32_t s : path) {
            connect(s, fibre_[s], out);
            (parent_is_node_[s] ? out.connections.back().from_node : out.connections.back().from_site) =
                parent_[s];
            on_fibre_.insert(s);
        }
        // Those behind them have a shorter way now: they are worth more than when last looked at.
        std::vector<std::uint32_t> behind;
        for (const std::uint32_t s : path)
            behind.insert(behind.end(), children_[s].begin(), children_[s].end());
        while (!behind.empty()) {
            const std::uint32_t s = behind.back();
            behind.pop_back();
            if (on_fibre_.contains(s)) continue;
            if (!connected_[s]) push(s);
            behind.insert(behind.end(), children_[s].begin(), children_[s].end());
        }
    }
    void connect(std::uint32_t s, const SiteCost& cost, BuildPlan& out) {
        Connection one;
        one.site = s;
        one.cost = cost;
        one.people = connected_[s] ? 0 : people_[s];
        connected_[s] = true;
        out.spent += cost.lifetime;
        out.reached += one.people;
        one.spent = out.spent;
        one.reached = out.reached;
        out.connections.push_back(one);
    }

    // The least that any plan pays for a site: the cheapest by itself, or the shortest edge of fibre that
    // could end there.
    std::optional<double> least_cost(std::uint32_t s) const {
        std::optional<double> least;
        if (alone_[s]) least = alone_[s]->lifetime;
        if (!build_.technologies.contains(Technology::kFibre)) return least;
        double closest = -2;
        for (std::uint32_t n = 0; n < nodes_.size(); ++n)
            if (build_.nodes[n].technology == Technology::kFibre)
                closest = std::max(closest, spots_[s].dot(nodes_[n]));
        if (closest < -1.5) return least;  // fibre begins nowhere
        for (std::uint32_t o = 0; o < count_; ++o)
            if (o != s) closest = std::max(closest, spots_[s].dot(spots_[o]));
        const double km = kEarthKm * std::acos(std::clamp(closest, -1.0, 1.0));
        // The arc cosine of what is nearly 1 is short of digits: a hair less is still a bound.
        const SiteCost cost = cost_of(build_.costs, Technology::kFibre, std::max(0.0, km - 1e-3), mbps(s),
                                      build_.sites[s].on_grid);
        if (cost.obstacle == Obstacle::kNone && (!least || cost.lifetime < *least)) least = cost.lifetime;
        return least;
    }
    double bound() const {
        std::vector<std::pair<double, double>> parts;  // cost, people
        for (std::uint32_t s = 0; s < count_; ++s) {
            const auto cost = least_cost(s);
            if (cost && people_[s] > 0) parts.emplace_back(*cost, people_[s]);
        }
        std::ranges::sort(
            parts, [](const auto& a, const auto& b) { return a.second * b.first > b.second * a.first; });
        double left = build_.budget, reached = 0;
        for (const auto& [cost, people] : parts) {
            if (cost > left) return reached + people * (left / cost);
            left -= cost;
            reached += people;
        }
        return reached;
    }

    const BuildOut& build_;
    std::uint32_t count_;
    std::vector<OnSphere> spots_, nodes_;
    std::vector<double> people_;  // as they are counted
    std::vector<std::optional<SiteCost>> alone_;
    std::vector<std::uint32_t> parent_;
    std::vector<bool> parent_is_node_;
    std::vector<SiteCost> fibre_;  // along the edge from the parent
    std::vector<std::vector<std::uint32_t>> children_;
    std::vector<bool> connected_;
    std::set<std::uint32_t> on_fibre_;
    std::priority_queue<Entry> queue_;
};

}  // namespace

double km_between(double latitude_a, double longitude_a, double latitude_b, double longitude_b) {
    return km_of(on_sphere(latitude_a, longitude_a), on_sphere(latitude_b, longitude_b));
}

Result<void> check_build_out(const BuildOut& build) {
    if (build.sites.size() > kMostSites)
        return too_large("places", fmt::format("{} places, {} at the most", build.sites.size(), kMostSites));
    const auto on_earth = [](double latitude, double longitude) {
        return latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180;
    };
    for (std::size_t i = 0; i < build.sites.size(); ++i) {
        const Site& site = build.sites[i];
        if (i > 0 && build.sites[i - 1].id >= site.id)
            return invalid(site.id,
                           build.sites[i - 1].id == site.id ? "stands there twice" : "is out of order");
        if (!on_earth(site.latitude, site.longitude)) return invalid(site.id, "lies nowhere on earth");
        if (!(site.people >= 0) || !std::isfinite(site.people))
            return invalid(site.id, "has fewer people than 0");
        if (!(site.connected >= 0 && site.connected <= 1))
            return invalid(site.id, "is connected by no part from 0 to 1");
    }
    for (std::size_t i = 0; i < build.nodes.size(); ++i) {
        const NetworkNode& node = build.nodes[i];
        if (i > 0 && build.nodes[i - 1].id >= node.id) return invalid(node.id, "stands there twice");
        if (!on_earth(node.latitude, node.longitude)) return invalid(node.id, "lies nowhere on earth");
    }
    if (!(build.budget >= 0) || !std::isfinite(build.budget)) return invalid("budget", "is below 0");
    if (!(build.least > 0 && build.least <= 1)) return invalid("least", "is not above 0 and at most 1");
    return {};
}

BuildPlan plan_build_out(const BuildOut& build) {
    return Builder(build).plan();
}

std::vector<SiteCost> options_of(const BuildOut& build, std::uint32_t site) {
    return Builder(build).options(site);
}

std::vector<std::vector<SiteCost>> all_options_of(const BuildOut& build) {
    const Builder builder(build);
    std::vector<std::vector<SiteCost>> out;
    for (std::uint32_t s = 0; s < build.sites.size(); ++s) out.push_back(builder.options(s));
    return out;
}

}  // namespace comity::development
