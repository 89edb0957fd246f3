/** Programs that allocate as real ones do, because they are: each in a loop, on one thread. */
@NullMarked
package measured.programs;

import org.jspecify.annotations.NullMarked;
