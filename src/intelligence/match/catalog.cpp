#include "intelligence/match/catalog.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "intelligence/match/networks4.h"

namespace comity::intelligence::match {
namespace {

std::string text4(std::uint32_t address) {
    const std::uint32_t order = htonl(address);
    char text[INET_ADDRSTRLEN] = {};
    inet_ntop(AF_INET, &order, text, sizeof text);
    return text;
}

Listed listed_of(const Entry& entry, const Index* index) {
    Listed out{entry.kind, entry.key, 0, 0, index, entry.records};
    if (class_of(entry.kind) == KeyClass::kNetwork6 && entry.key.size() == 17)
        out.length = static_cast<std::uint8_t>(entry.key.back());
    return out;
}
Listed listed_of(const Prefix& prefix, const Index* index) {
    return {prefix.length == 32 ? ValueKind::kIpv4 : ValueKind::kIpv4Network,
            {},
            prefix.address,
            prefix.length,
            index,
            prefix.records};
}

// The file's header digest, as far as it can be read.
std::optional<std::array<std::uint8_t, 32>> header_digest(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    Header header;
    if (!in.read(reinterpret_cast<char*>(&header), sizeof header)) return std::nullopt;
    return header.sha256;
}

}  // namespace

std::string Listed::text() const {
    if (class_of(kind) == KeyClass::kNetwork6) {
        if (key.size() != 17) return {};
        char text[INET6_ADDRSTRLEN] = {};
        inet_ntop(AF_INET6, key.data(), text, sizeof text);
        return kind == ValueKind::kIpv6 ? std::string(text) : fmt::format("{}/{}", text, length);
    }
    if (kind == ValueKind::kIpv4) return text4(address);
    if (kind == ValueKind::kIpv4Network) return fmt::format("{}/{}", text4(address), length);
    return std::string(key);
}

std::filesystem::path increments_of(const std::filesystem::path& path) {
    return path.string() + ".more";
}

std::shared_ptr<const Catalog> Catalog::of(std::shared_ptr<const Index> base,
                                           std::shared_ptr<const Index> more) {
    std::shared_ptr<Catalog> catalog(new Catalog);
    catalog->base_ = std::move(base);
    catalog->more_ = std::move(more);
    for (unsigned length = 128 + 1; length-- > 0;) {
        if (catalog->base_->has_length6(length) || (catalog->more_ && catalog->more_->has_length6(length)))
            catalog->lengths6_.push_back(length);
    }
    return catalog;
}

Result<std::shared_ptr<const Catalog>> Catalog::open(const std::filesystem::path& path) {
    COMITY_TRY(auto base, Index::open(path));
    auto more = Index::open(increments_of(path));
    if (!more) {
        if (more.error().kind != ErrorKind::kNotFound) return std::unexpected(std::move(more).error());
        return of(std::move(base));
    }
    // Increments of an earlier file, that the one who made this one had no time to take away.
    if ((*more)->header().base != base->header().sha256 || (*more)->seed() != base->seed())
        return of(std::move(base));
    return of(std::move(base), *std::move(more));
}

Result<void> Catalog::verify() const {
    COMITY_CHECK(base_->verify());
    return more_ == nullptr ? Result<void>{} : more_->verify();
}

bool Catalog::outdated(const std::filesystem::path& path) const {
    const auto base = header_digest(path);
    if (!base) return false;
    if (*base != base_->header().sha256) return true;
    const auto more = header_digest(increments_of(path));
    if (!more) return more_ != nullptr;
    if (more_ != nullptr) return *more != more_->header().sha256;
    const auto index = Index::open(increments_of(path));
    return index && (*index)->header().base == base_->header().sha256;
}

void Catalog::find(KeyClass key_class, std::string_view key, std::uint64_t hash,
                   std::vector<Listed>& out) const {
    std::vector<Entry> changed;
    if (more_ != nullptr && more_->maybe(hash)) more_->find(key_class, key, hash, changed);
    for (const Entry& entry : changed) {
        if (entry.records != kGone) out.push_back(listed_of(entry, more_.get()));
    }
    if (!base_->maybe(hash)) return;
    std::vector<Entry> found;
    base_->find(key_class, key, hash, found);
    for (const Entry& entry : found) {
        const bool replaced = std::ranges::any_of(changed, [&](const Entry& other) {
            return other.kind == entry.kind && other.records != kMarker;
        });
        if (!replaced || entry.records == kMarker) out.push_back(listed_of(entry, base_.get()));
    }
}

void Catalog::have_names(std::span<const std::string_view> names, bool* listed) const {
    constexpr std::size_t kAtOnce = 64;
    std::array<std::uint64_t, kAtOnce> hashes;
    std::array<std::uint8_t, kAtOnce> left;  // those that the filter lets through
    for (std::size_t begin = 0; begin < names.size(); begin += kAtOnce) {
        const std::size_t count = std::min(kAtOnce, names.size() - begin);
        for (std::size_t i = 0; i < count; ++i) {
            hashes[i] = hash_of(seed(), KeyClass::kName, names[begin + i]);
            prefetch(hashes[i]);
        }
        std::size_t kept = 0;
        for (std::size_t i = 0; i < count; ++i) {
            listed[begin + i] = false;
            if (!maybe(hashes[i])) continue;
            prefetch_slot(hashes[i]);
            left[kept++] = static_cast<std::uint8_t>(i);
        }
        for (std::size_t i = 0; i < kept; ++i) base_->prefetch_entry(hashes[left[i]]);
        for (std::size_t i = 0; i < kept; ++i) {
            const std::string_view name = names[begin + left[i]];
            const std::uint64_t hash = hashes[left[i]];
            listed[begin + left[i]] = more_ == nullptr
                                          ? base_->has(ValueKind::kDomain, name, hash)
                                          : find_value({ValueKind::kDomain, std::string(name)}).has_value();
        }
    }
}

void Catalog::find4(std::uint32_t address, std::vector<Listed>& out) const {
    std::vector<Prefix> changed, found;
    if (more_ != nullptr) more_->find4(address, changed);
    base_->find4(address, found);
    const std::size_t begin = out.size();
    for (const Prefix& prefix : changed) {
        if (prefix.records != kGone) out.push_back(listed_of(prefix, more_.get()));
    }
    for (const Prefix& prefix : found) {
        const bool replaced = std::ranges::any_of(changed, [&](const Prefix& other) {
            return other.length == prefix.length && other.records != kMarker;
        });
        if (!replaced) out.push_back(listed_of(prefix, base_.get()));
    }
    std::sort(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
              [](const Listed& a, const Listed& b) { return a.length > b.length; });
}

void Catalog::find6(const std::array<std::uint8_t, 16>& address, std::vector<Listed>& out) const {
    Network network{true, address, 128};
    for (const unsigned length : lengths6_) {
        clear_host_bits(network, length);
        const std::string key = network6_key(network);
        const std::uint64_t hash = hash_of(seed(), KeyClass::kNetwork6, key);
        if (maybe(hash)) find(KeyClass::kNetwork6, key, hash, out);
    }
}

std::optional<Listed> Catalog::find_value(const Value& value) const {
    std::vector<Listed> found;
    if (value.kind == ValueKind::kIpv4 || value.kind == ValueKind::kIpv4Network) {
        const Network network = network_of(value.text);
        find4(address4(network), found);
        std::erase_if(found, [&](const Listed& each) { return each.length != network.length; });
    } else if (class_of(value.kind) == KeyClass::kNetwork6) {
        find(KeyClass::kNetwork6, network6_key(network_of(value.text)), found);
    } else {
        find(class_of(value.kind), std::string_view(value.text).substr(0, kMaxKey), found);
    }
    for (const Listed& each : found) {
        if (each.kind == value.kind && each.listed()) return each;
    }
    return std::nullopt;
}

Result<void> Catalog::each(
    const std::function<Result<void>(const Value&, const Index&, std::uint32_t)>& take) const {
    if (more_ != nullptr) {
        COMITY_CHECK(more_->each([&](const Index::Each& one) -> Result<void> {
            return one.records == kGone ? Result<void>{} : take(one.value, *more_, one.records);
        }));
    }
    return base_->each([&](const Index::Each& one) -> Result<void> {
        if (more_ != nullptr) {
            const auto now = find_value(one.value);
            if (!now || now->index != base_.get()) return {};
        }
        return take(one.value, *base_, one.records);
    });
}

Result<void> Catalog::each_pattern(
    const std::function<Result<void>(const IndexedPattern&, const Index&)>& take) const {
    std::map<std::pair<std::string_view, PatternGrammar>, std::pair<std::uint32_t, const Index*>> all;
    for (const Index* const index : {base_.get(), more_.get()}) {
        if (index == nullptr) continue;
        COMITY_CHECK(index->each_pattern([&](const IndexedPattern& one) -> Result<void> {
            all[{one.text, one.grammar}] = {one.records, index};
            return {};
        }));
    }
    for (const auto& [pattern, said] : all) {
        if (said.first < kGone) COMITY_CHECK(take({pattern.first, pattern.second, said.first}, *said.second));
    }
    return {};
}

std::uint64_t Catalog::values() const {
    return base_->values() + (more_ == nullptr ? 0 : more_->values());
}

}  // namespace comity::intelligence::match
