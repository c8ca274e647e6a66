// What is looked for: an index file, and the increments beside it ("FILE.more") that were made since. Scans
// hold on to one catalogue while a newer one takes its place. Immutable; thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "intelligence/match/index.h"

namespace comity::intelligence::match {

// One value that is listed, or a host that a listed URL or e-mail address has (not listed()).
struct Listed {
    ValueKind kind = ValueKind::kDomain;
    std::string_view key;       // as Entry::key; of IPv4 empty
    std::uint32_t address = 0;  // of IPv4
    unsigned length = 0;        // of networks and addresses, both families
    const Index* index = nullptr;
    std::uint32_t records = kMarker;

    bool listed() const { return records < kGone; }
    std::string text() const;  // the value in its one spelling
    friend bool operator==(const Listed&, const Listed&) = default;
};

class Catalog {
  public:
    static Result<std::shared_ptr<const Catalog>> open(const std::filesystem::path& path);
    // Of indices at hand; `more` may be null.
    static std::shared_ptr<const Catalog> of(std::shared_ptr<const Index> base,
                                             std::shared_ptr<const Index> more = nullptr);
    // As Index::verify, of both.
    Result<void> verify() const;

    const Index& base() const { return *base_; }
    std::shared_ptr<const Index> base_index() const { return base_; }
    const Index* more() const { return more_.get(); }
    // How the newer of them was made.
    std::string_view recipe() const { return more_ != nullptr ? more_->recipe() : base_->recipe(); }
    const Seed& seed() const { return base_->seed(); }

    bool maybe(std::uint64_t hash) const {
        return base_->maybe(hash) || (more_ != nullptr && more_->maybe(hash));
    }
    void prefetch(std::uint64_t hash) const {
        base_->prefetch_filter(hash);
        if (more_ != nullptr) more_->prefetch_filter(hash);
    }
    void prefetch_slot(std::uint64_t hash) const { base_->prefetch_slot(hash); }
    void prefetch_entry(std::uint64_t hash) const { base_->prefetch_entry(hash); }
    // Adds what is listed, or a marker, under that key, of each kind once.
    void find(KeyClass key_class, std::string_view key, std::uint64_t hash, std::vector<Listed>& out) const;
    void find(KeyClass key_class, std::string_view key, std::vector<Listed>& out) const {
        find(key_class, key, hash_of(seed(), key_class, key), out);
    }

    // Of many names in lower case, which are listed themselves (parents are not asked), as quickly as memory
    // answers: many are asked for at once. `listed` has as many places.
    void have_names(std::span<const std::string_view> names, bool* listed) const;

    bool has_addresses4() const {
        return base_->has_addresses4() || (more_ != nullptr && more_->has_addresses4());
    }
    void prefetch4(std::uint32_t address) const {
        base_->prefetch4(address);
        if (more_ != nullptr) more_->prefetch4(address);
    }
    bool listed4(std::uint32_t address) const {
        return base_->listed4(address) || (more_ != nullptr && more_->listed4(address));
    }
    // The address, or the networks that hold it: the longest first.
    void find4(std::uint32_t address, std::vector<Listed>& out) const;
    // Likewise of IPv6.
    void find6(const std::array<std::uint8_t, 16>& address, std::vector<Listed>& out) const;
    // Is that very value there, and what is said of it?
    std::optional<Listed> find_value(const Value& value) const;

    // Every value that is listed, with what is said of it.
    Result<void> each(
        const std::function<Result<void>(const Value&, const Index&, std::uint32_t)>& take) const;
    // Every pattern that is listed, by text.
    Result<void> each_pattern(
        const std::function<Result<void>(const IndexedPattern&, const Index&)>& take) const;
    std::uint64_t values() const;  // at the most: increments may take some away

    // Does the file, or its increments, say something else by now? False where that can't be told.
    bool outdated(const std::filesystem::path& path) const;

  private:
    Catalog() = default;
    std::shared_ptr<const Index> base_;
    std::shared_ptr<const Index> more_;
    std::vector<unsigned> lengths6_;  // falling
};

std::filesystem::path increments_of(const std::filesystem::path& path);

}  // namespace comity::intelligence::match
