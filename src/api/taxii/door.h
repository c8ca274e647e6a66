// What stands behind TAXII's routes: a method each, by the files reading.cpp, collections.cpp, posting.cpp
// and deleting.cpp.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/taxii/memory.h"
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
    Door(node::Node& node, std::size_t kept_pages);

    using Show = Result<http::Response> (Door::*)(const Asked&);
    // Who asks, for what form; then `show`; errors in TAXII's form.
    http::Response answer(const http::Request& request, Show show);

    // A list of which an answer is a page.
    struct List {
        std::string endpoint;  // and object: what a `next` is bound to
        std::string_view key;  // that the list has in the answer
        bool of_one_object = false;
    };
    struct Sought {
        Parameters parameters;
        List list;
    };
    using Seek = Result<Sought> (*)(const http::Request&);
    static Result<Sought> seek_objects(const http::Request& request);
    static Result<Sought> seek_object(const http::Request& request);
    static Result<Sought> seek_manifest(const http::Request& request);
    static Result<Sought> seek_versions(const http::Request& request);
    // A page that is kept, for a thread that may wait for nobody: who asks, and whether the page still
    // stands, is asked of the database as ever. Nothing where it is not kept, or anything is wrong.
    std::optional<http::Response> kept(const http::Request& request, Seek seek);

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
    // Writes an element; false where it left it out. Empty: the objects themselves.
    using Write = std::function<bool(const intelligence::FoundObject&, std::string&)>;

    static bool accepts_answer(const http::Request& request);
    Result<http::Response> try_answer(const http::Request& request, Show show);
    Result<std::vector<intelligence::Collection>> collections_of(db::Session& session, const Asked& asked);
    Result<void> check_root(db::Session& session, const Asked& asked);
    json::Object describe(const Asked& asked, const intelligence::Collection* made) const;
    // kNotFound where the asker may not know of root or collection.
    Result<Place> place(db::Session& session, const ledger::Readable& readable, const Asked& asked) const;
    static Result<void> check_readable(const Asked& asked);
    // Why the asker may not write there; nothing where it may.
    Result<void> check_writable(const Asked& asked, const intelligence::Collection* made) const;
    static Result<intelligence::ObjectId> object_id(const http::Request& request);
    // Where a page begins, and by what it is found again.
    struct Question {
        std::string bound_to;  // what its `next` is good for
        Time after;
        bool packed = false;  // the asker takes gzip
        Digest key;
    };
    Result<Question> question_of(const Asked& asked, const Parameters& parameters, const List& list,
                                 const Ground& ground) const;
    Result<http::Response> page_of(const Asked& asked, Sought sought, const Write& write);
    // Puts the page together from the store's rows.
    static Result<KeptPage> make_page(db::Session& session, const Asked& asked, Parameters parameters,
                                      const List& list, const Write& write, const Ground& ground,
                                      const Question& question);
    http::Response finished(KeptPage page, const Question& question) const;

    node::Node& node_;
    NextSigner signer_;
    StatusStore statuses_;
    Memory memory_;
};

}  // namespace comity::api::taxii
