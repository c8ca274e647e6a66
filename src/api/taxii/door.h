// What stands behind TAXII's routes: a method each, by the files reading.cpp, collections.cpp, posting.cpp
// and deleting.cpp.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/taxii/next.h"
#include "api/taxii/parameters.h"
#include "api/taxii/status_store.h"
#include "http/message.h"
#include "intelligence/collection.h"
#include "intelligence/queries.h"
#include "node/node.h"
#include "node/viewer.h"

namespace comity::api::taxii {

inline constexpr std::string_view kCommunityRoot = "community";  // always there
inline constexpr std::string_view kAllAlias = "all";             // its collection of everything

// A request whose asker is known.
struct Asked {
    const http::Request& request;
    std::optional<accounts::Principal> principal;
    ledger::Viewer viewer;
    std::shared_ptr<const ledger::Roll> roll;

    // The public may read, an account by its scope.
    bool can_read() const { return !principal || principal->has(accounts::Scope::kRead); }
    std::string_view name() const {
        return principal ? std::string_view(principal->account.name) : std::string_view();
    }
    std::string_view root() const { return request.capture("root"); }
};

class Door {
  public:
    explicit Door(node::Node& node);

    using Show = Result<http::Response> (Door::*)(const Asked&);
    // Who asks, for what form; then `show`; errors in TAXII's form.
    http::Response answer(const http::Request& request, Show show);

    Result<http::Response> discovery(const Asked& asked);
    Result<http::Response> api_root(const Asked& asked);
    Result<http::Response> collections(const Asked& asked);
    Result<http::Response> collection(const Asked& asked);
    Result<http::Response> objects(const Asked& asked);
    Result<http::Response> object(const Asked& asked);
    Result<http::Response> manifest(const Asked& asked);
    Result<http::Response> versions(const Asked& asked);
    Result<http::Response> post(const Asked& asked);
    Result<http::Response> remove(const Asked& asked);
    Result<http::Response> status(const Asked& asked);

  private:
    // A collection's place under a root: the community's of everything, or one that a member made.
    struct Place {
        std::optional<intelligence::Collection> made;  // nothing: everything
        std::string bound_to;                          // root and collection: what a `next` is good for
    };
    struct List {
        std::string endpoint;  // and object: what a `next` is bound to
        std::string_view key;  // that the list has in the answer
        bool of_one_object = false;
    };
    // Writes an element; false where it left it out. Empty: the objects themselves.
    using Write = std::function<bool(const intelligence::FoundObject&, std::string&)>;

    Result<http::Response> try_answer(const http::Request& request, Show show);
    Result<std::vector<intelligence::Collection>> collections_of(db::Session& session, const Asked& asked);
    Result<void> check_root(db::Session& session, const Asked& asked);
    json::Object describe(const Asked& asked, const intelligence::Collection* made) const;
    // kNotFound where the asker may not know of root or collection.
    Result<Place> place(db::Session& session, const ledger::Readable& readable, const Asked& asked) const;
    static Result<void> check_readable(const Asked& asked);
    // Why the asker may not write there; nothing where it may.
    Result<void> check_writable(const Asked& asked, const intelligence::Collection* made) const;
    static Result<intelligence::ObjectId> object_id(const Asked& asked);
    Result<http::Response> page_of(const Asked& asked, Parameters parameters, const List& list,
                                   const Write& write);

    node::Node& node_;
    NextSigner signer_;
    StatusStore statuses_;
};

}  // namespace comity::api::taxii
