'use strict';
// Runs before the library, so that its failures are seen too.
(function () {
  const page = document.documentElement;
  let errors = 0;
  function report(message) {
    errors++;
    page.setAttribute('data-errors', String(errors));
    const problem = document.getElementById('problem');
    problem.hidden = false;
    problem.textContent = 'Not all charts could be drawn (' + message + '); the tables hold the same numbers.';
  }
  page.setAttribute('data-errors', '0');
  window.addEventListener('error', function (event) { report(event.message || 'an error'); });
  document.addEventListener('securitypolicyviolation', function (event) { report('refused: ' + event.violatedDirective); });
})();
