/** Programs that backends are tested with: outside of the tracer's packages, which no backend records. */
package com.acme;
