// Who is told that the ledger has taken something. Thread-safe.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>

namespace comity::ledger {

class Growth {
  public:
    using Listener = std::function<void()>;

    // Registered until what is returned goes; when that has gone, the listener is not running either and
    // never runs again. May outlive this.
    std::shared_ptr<void> subscribe(Listener listener);
    // Tells all, one after the other, on the caller's thread.
    void tell() const;

  private:
    struct State {
        std::mutex mutex;  // guards listeners, and is held while they run
        std::list<Listener> listeners;
    };
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace comity::ledger
