/*
 * Who was in by the close? A model of replication and witnessing as docs/federation.md ("Witnessed time") has it, for Spin.
 *
 * Two logs take entries: the statement, in one of them or in both, and others. Three witnesses cosign what a log shows
 * them, by clocks that go as they like: as long as a witness has not sealed, it may state a time up to the close. An
 * observer mirrors the logs and hears of cosignatures and seals, in any order, late or never; with the policy 2 of 3 it
 * says at any moment that the statement was in, that it was out, or that this is open.
 *
 * Checked in every order there is:
 *   - what the observer calls in is in by what is true, and stays so; what it calls out stays out, whatever still comes,
 *     also where it does not know of the statement at all. So no two observers contradict each other (agreement), and
 *     where all is settled, nothing that is unknown can turn out to have been in.
 *   - nothing waits for ever: where all seals and all entries have come, nothing is open.
 *   - what the log has acknowledged is never lost by those that hold it: mirrors only grow towards the log.
 *
 * Each rule that makes it so can be left out (-DNO_FLOOR, -DNO_HELD, -DNO_UNSEALED): then Spin must find a fault.
 *
 * With -DFORKED the first log lies: it has another history, in which the statement does not stand, for some of the witnesses and perhaps for
 * the observer. Agreement holds; what waits for ever is then only what hangs on witnesses that saw the history which the observer does not
 * hold. Where it took these for witnesses that had seen nothing (-DNO_OTHER), it would call out what others call in.
 */
#define QUORUM 2

byte size0, size1;       /* acknowledged entries of each log: up to 2, and 1 */
byte at0, at1;           /* where the statement stands in it, plus 1; 0: nowhere */
byte by0[3], by1[3];     /* how much of each log the witness has stated at a time up to the close: the truth, in the end */
bit sealed[3];
byte seal0[3], seal1[3];

byte held0, held1;       /* the observer's mirrors */
bit told[3];             /* it has the witness' seal */
bit said_out;

bit b[3], mine;          /* FORKED: who saw, and whether the observer mirrors, the history without the statement */

#define TRULY(w) ((at0 > 0 && !b[w] && by0[w] >= at0) || (at1 > 0 && by1[w] >= at1))
#define TRUE_COUNT ((TRULY(0) -> 1 : 0) + (TRULY(1) -> 1 : 0) + (TRULY(2) -> 1 : 0))

/* What the observer knows of the witness: its seal, and its cosignatures where it has heard of them. */
#define MAX(a, b) ((a) > (b) -> (a) : (b))
#define MIN(a, b) ((a) < (b) -> (a) : (b))
#define KNOWN0(w, heard) MAX((told[w] -> seal0[w] : 0), (heard -> by0[w] : 0))
#define KNOWN1(w, heard) MAX((told[w] -> seal1[w] : 0), (heard -> by1[w] : 0))
#define COVERS(w, heard) ((at0 > 0 && !b[w] && !mine && MIN(KNOWN0(w, heard), held0) >= at0) || (at1 > 0 && MIN(KNOWN1(w, heard), held1) >= at1))
#ifdef NO_HELD
#define BEHIND(w, heard) false
#else
#define BEHIND(w, heard) (KNOWN0(w, heard) > held0 || KNOWN1(w, heard) > held1)
#endif
#ifdef NO_OTHER
#define OTHER(w, heard) false
#else
#define OTHER(w, heard) (b[w] != mine && KNOWN0(w, heard) > 0)
#endif
#ifdef NO_UNSEALED
#define OPEN(w, heard) (BEHIND(w, heard) || OTHER(w, heard))
#else
#define OPEN(w, heard) (!told[w] || BEHIND(w, heard) || OTHER(w, heard))
#endif
#define MAYBE(w, heard) (COVERS(w, heard) || OPEN(w, heard))
#define IS_IN(a, b, c) ((COVERS(0, a) -> 1 : 0) + (COVERS(1, b) -> 1 : 0) + (COVERS(2, c) -> 1 : 0) >= QUORUM)
#define IS_OUT(a, b, c) ((MAYBE(0, a) -> 1 : 0) + (MAYBE(1, b) -> 1 : 0) + (MAYBE(2, c) -> 1 : 0) < QUORUM)

#ifdef NO_FLOOR
#define MAY_STATE(w) true
#else
#define MAY_STATE(w) !sealed[w]
#endif

inline look(a, b_, c) {
    if
    :: IS_IN(a, b_, c) -> assert(TRUE_COUNT >= QUORUM)
    :: else ->
       if
       :: IS_OUT(a, b_, c) -> said_out = 1
       :: else -> assert(!(told[0] && told[1] && told[2] && held0 == size0 && held1 == size1) || OTHER(0, a) || OTHER(1, b_) || OTHER(2, c))
       fi
    fi
}

active proctype world() {
#ifdef FORKED
    if :: mine = 0 :: mine = 1 fi;
    /* How many; which of them makes no difference. */
    if :: skip :: b[0] = 1 :: b[0] = 1; b[1] = 1 :: b[0] = 1; b[1] = 1; b[2] = 1 fi;
#endif
end:
    do
    /* A log takes another entry, or the statement. */
    :: d_step { size0 < 2 -> size0++ }
    :: d_step { size0 < 2 && at0 == 0 -> size0++; at0 = size0 }
    :: d_step { size1 < 1 -> size1++ }
    :: d_step { size1 < 1 && at1 == 0 -> size1++; at1 = size1 }
    /* A witness cosigns, at a time up to the close. */
    :: d_step { size0 > by0[0] && MAY_STATE(0) -> by0[0] = size0; assert(!said_out || TRUE_COUNT < QUORUM) }
    :: d_step { size0 > by0[1] && MAY_STATE(1) -> by0[1] = size0; assert(!said_out || TRUE_COUNT < QUORUM) }
    :: d_step { size0 > by0[2] && MAY_STATE(2) -> by0[2] = size0; assert(!said_out || TRUE_COUNT < QUORUM) }
    :: d_step { size1 > by1[0] && MAY_STATE(0) -> by1[0] = size1; assert(!said_out || TRUE_COUNT < QUORUM) }
    :: d_step { size1 > by1[1] && MAY_STATE(1) -> by1[1] = size1; assert(!said_out || TRUE_COUNT < QUORUM) }
    :: d_step { size1 > by1[2] && MAY_STATE(2) -> by1[2] = size1; assert(!said_out || TRUE_COUNT < QUORUM) }
    /* It seals. */
    :: d_step { !sealed[0] -> sealed[0] = 1; seal0[0] = by0[0]; seal1[0] = by1[0] }
    :: d_step { !sealed[1] -> sealed[1] = 1; seal0[1] = by0[1]; seal1[1] = by1[1] }
    :: d_step { !sealed[2] -> sealed[2] = 1; seal0[2] = by0[2]; seal1[2] = by1[2] }
    /* The observer hears of a seal, takes an entry, and looks, having heard of some of the cosignatures. */
    :: d_step { sealed[0] && !told[0] -> told[0] = 1 }
    :: d_step { sealed[1] && !told[1] -> told[1] = 1 }
    :: d_step { sealed[2] && !told[2] -> told[2] = 1 }
    :: d_step { held0 < size0 -> held0++; assert(held0 <= size0) }
    :: d_step { held1 < size1 -> held1++; assert(held1 <= size1) }
    :: d_step { look(0, 0, 0); assert(!said_out || TRUE_COUNT < QUORUM) }
    :: d_step { look(1, 0, 0); assert(!said_out || TRUE_COUNT < QUORUM) }
    :: d_step { look(0, 1, 0); assert(!said_out || TRUE_COUNT < QUORUM) }
    :: d_step { look(0, 0, 1); assert(!said_out || TRUE_COUNT < QUORUM) }
    :: d_step { look(1, 1, 0); assert(!said_out || TRUE_COUNT < QUORUM) }
    :: d_step { look(1, 0, 1); assert(!said_out || TRUE_COUNT < QUORUM) }
    :: d_step { look(0, 1, 1); assert(!said_out || TRUE_COUNT < QUORUM) }
    :: d_step { look(1, 1, 1); assert(!said_out || TRUE_COUNT < QUORUM) }
    od
}
